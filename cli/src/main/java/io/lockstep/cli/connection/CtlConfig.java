package io.lockstep.cli.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of {@code /etc/lockstep/ctl.conf}: {@code KEY=VALUE} lines, {@code #} comments.
 *
 * @param ca certificates that the peers' ones must be signed by; without it there is no TLS
 * @param certificate this person's own certificate, which carries the role
 * @param key its key, PKCS #8 in PEM form
 */
record CtlConfig(Optional<String> controller, Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {

    private static final List<String> KEYS = List.of("controller", "ca", "cert", "key");

    CtlConfig {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("cert and key go together: set both or none");
        }
        if (certificate.isPresent() && ca.isEmpty()) {
            throw new IllegalArgumentException("cert and key need ca, with which the peers' certificates are checked");
        }
    }

    static final CtlConfig NONE = new CtlConfig(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Reads the file; one that does not exist says nothing.
     *
     * @throws IOException when it exists and cannot be read
     * @throws IllegalArgumentException when it makes no sense, naming the line
     */
    static CtlConfig read(Path file) throws IOException {
        try {
            return parse(Files.readAllLines(file));
        } catch (NoSuchFileException e) {
            return NONE;
        }
    }

    static CtlConfig parse(List<String> lines) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            String key = equals < 0 ? line : line.substring(0, equals).strip();
            if (equals < 0 || !KEYS.contains(key)) {
                throw new IllegalArgumentException(
                        "line " + (i + 1) + ": \"" + key + "\" is not one of controller=, ca=, cert=, key=");
            }
            values.put(key, line.substring(equals + 1).strip());
        }
        return new CtlConfig(
                value(values, "controller"),
                value(values, "ca").map(Path::of),
                value(values, "cert").map(Path::of),
                value(values, "key").map(Path::of));
    }

    private static Optional<String> value(Map<String, String> values, String key) {
        return Optional.ofNullable(values.get(key)).filter(v -> !v.isEmpty());
    }
}
