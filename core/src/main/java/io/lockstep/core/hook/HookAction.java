package io.lockstep.core.hook;

import java.util.Locale;

/**
 * What an operator wants done at an operation. It says which mode is wanted, never that a lock is taken: handover rules and the
 * lock manager still decide.
 */
public enum HookAction {
    /** Every claim in its own mode: EXCLUSIVE for writable disks, SHARED for shareable and read-only ones. */
    EXCLUSIVE,
    /** Every claim SHARED. */
    SHARED,
    /** The domain's claims end. */
    UNLOCK,
    /** Nothing. */
    NONE;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException naming the word and the allowed ones */
    public static HookAction of(String word) {
        for (HookAction action : values()) {
            if (action.word().equals(word)) {
                return action;
            }
        }
        throw new IllegalArgumentException("\"" + word + "\" is not an action: use exclusive, shared, unlock or none");
    }
}
