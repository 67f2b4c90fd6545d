package io.lockstep.cli.hook;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A person's order that the hook let one domain through on this host without asking its agent, for a while. It never covers a
 * migration.
 *
 * @param until when it ends, and the hook asks again
 * @param by who gave it
 * @param reason why, in one line
 */
record Bypass(String domain, Instant until, String by, Instant at, String reason) {

    static final Duration LONGEST = Duration.ofHours(24);
    private static final int LONGEST_REASON = 500;

    Bypass {
        Duration length = Duration.between(at, until);
        if (domain.isEmpty()) {
            throw new IllegalArgumentException("a bypass is for one domain: name it");
        }
        if (domain.indexOf('\ufffd') >= 0) {
            throw new IllegalArgumentException(
                    "the domain's name did not arrive whole: run this with LC_ALL=C.UTF-8 in the environment");
        }
        if (!length.isPositive() || length.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a bypass lasts from 1s to 24h");
        }
        if (reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new IllegalArgumentException("say why in --reason, in up to " + LONGEST_REASON + " characters");
        }
        if (!oneLine(reason) || !oneLine(by)) {
            throw new IllegalArgumentException("the reason is one line without control characters");
        }
    }

    private static boolean oneLine(String text) {
        return text.codePoints().noneMatch(Character::isISOControl);
    }

    List<String> lines() {
        return List.of("until=" + until.getEpochSecond(), "by=" + by, "at=" + at.getEpochSecond(), "reason=" + reason);
    }

    /** @throws IllegalArgumentException when these are not the lines of a bypass */
    static Bypass parse(String domain, List<String> lines) {
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("a line without \"=\"");
            }
            values.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return new Bypass(
                domain,
                Instant.ofEpochSecond(seconds(values, "until")),
                values.getOrDefault("by", ""),
                Instant.ofEpochSecond(seconds(values, "at")),
                values.getOrDefault("reason", ""));
    }

    private static long seconds(Map<String, String> values, String key) {
        String digits = values.getOrDefault(key, "");
        if (!digits.matches("[0-9]{1,12}")) {
            throw new IllegalArgumentException(key + "=\"" + digits + "\" is no time");
        }
        return Long.parseLong(digits);
    }

    boolean over(Instant now) {
        return !now.isBefore(until);
    }
}
