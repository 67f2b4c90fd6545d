package io.lockstep.cli.hook;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A domain's name as a file's name, in a form that a few lines of sh make too: every byte outside {@code [A-Za-z0-9._-]}, and a
 * leading dot, is {@code %XX}.
 */
final class BypassName {

    static final String SUFFIX = ".bypass";

    /** Of Linux file systems, in bytes. */
    private static final int LONGEST = 255;

    private BypassName() {}

    /** @throws IllegalArgumentException when the name is too long for a file system */
    static String encode(String domain) {
        StringBuilder name = new StringBuilder();
        for (byte b : domain.getBytes(StandardCharsets.UTF_8)) {
            if (plain(b) && !(b == '.' && name.isEmpty())) {
                name.append((char) b);
            } else {
                name.append(String.format("%%%02X", b));
            }
        }
        if (name.length() + SUFFIX.length() > LONGEST) {
            throw new IllegalArgumentException("the domain's name is too long for a bypass file");
        }
        return name + SUFFIX;
    }

    /** Empty when it is no name that {@link #encode} makes. */
    static Optional<String> decode(String file) {
        if (!file.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        String name = file.substring(0, file.length() - SUFFIX.length());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != '%') {
                bytes.write(name.charAt(i));
                continue;
            }
            String digits = name.substring(i + 1, Math.min(i + 3, name.length()));
            if (!digits.matches("[0-9A-F]{2}")) {
                return Optional.empty();
            }
            bytes.write(Integer.parseInt(digits, 16));
            i += 2;
        }
        String domain = bytes.toString(StandardCharsets.UTF_8);
        return !domain.isEmpty() && encode(domain).equals(file) ? Optional.of(domain) : Optional.empty();
    }

    private static boolean plain(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '.' || b == '_' || b == '-';
    }
}
