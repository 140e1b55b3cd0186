//! Browsers that tests share, and tests as libtest-mimic runs them.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use libtest_mimic::{Failed, Trial};

use crate::{Driver, Page};

/// A test has a page to itself and may leave it in any state.
pub type Test = fn(&Page) -> Result<()>;

/// A test under a name.
pub fn trial(
    browsers: &Arc<Browsers>,
    name: String,
    test: impl FnOnce(&Page) -> Result<()> + Send + 'static,
) -> Trial {
    let browsers = Arc::clone(browsers);
    Trial::test(name.clone(), move || {
        browsers.run(&name, test).map_err(|error| Failed::from(format!("{error:#}")))
    })
}

/// Browsers that a test can have, because starting one takes longer than most tests.
pub struct Browsers {
    /// Those of tests that passed. Declared first, as it has to end before the driver.
    idle: Mutex<Vec<Page>>,
    driver: Driver,
}

impl Browsers {
    /// Starts none yet.
    pub fn start() -> Result<Arc<Browsers>> {
        Ok(Arc::new(Browsers { idle: Mutex::default(), driver: Driver::start()? }))
    }

    fn run(&self, name: &str, test: impl FnOnce(&Page) -> Result<()>) -> Result<()> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let page = idle().pop();
        let mut page = page.map_or_else(|| Page::open(&self.driver), Ok)?;
        page.start(name)?;
        test(&page)?;
        page.check_quiet()?;
        // After a failure the browser ends here, whatever state it is in.
        idle().push(page);
        Ok(())
    }
}
