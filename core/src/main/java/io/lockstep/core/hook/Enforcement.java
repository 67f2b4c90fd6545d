package io.lockstep.core.hook;

import java.util.Locale;

/** How strictly a host, a volume group or a domain is treated. */
public enum Enforcement {
    /** A refusal refuses. */
    ENFORCE,
    /** Everything is done, but what would have been refused is allowed and logged: for the roll-out. */
    OBSERVE,
    /** Lockstep does nothing. */
    OFF;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException naming the word and the allowed ones */
    public static Enforcement of(String word) {
        for (Enforcement enforcement : values()) {
            if (enforcement.word().equals(word)) {
                return enforcement;
            }
        }
        throw new IllegalArgumentException("\"" + word + "\" is not an enforcement: use enforce, observe or off");
    }
}
