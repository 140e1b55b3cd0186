//! Bytes as people read them: sixteen a line, in hexadecimal and as text.

/// Bytes in one line.
const LINE: usize = 16;

/// Lines of offset, bytes and their characters, as `hexdump -C` has them.
pub fn dump(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(LINE) * 78);
    for (nth, line) in bytes.chunks(LINE).enumerate() {
        out.push_str(&format!("{:06x} ", nth * LINE));
        for column in 0..LINE {
            if column % 8 == 0 {
                out.push(' ');
            }
            match line.get(column) {
                Some(byte) => out.push_str(&format!("{byte:02x} ")),
                None => out.push_str("   "),
            }
        }
        out.push(' ');
        let shown = |byte: &u8| if (b' '..=b'~').contains(byte) { char::from(*byte) } else { '·' };
        out.extend(line.iter().map(shown));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_sixteen() {
        let bytes: Vec<u8> = (b'0'..b'0' + 17).collect();
        assert_eq!(
            dump(&bytes),
            "000000  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?\n\
             000010  40                                                @\n"
        );
        assert!(dump(&[0, 0x7f, 0xff]).trim_end().ends_with("···"));
        assert_eq!(dump(&[]), "");
    }
}
