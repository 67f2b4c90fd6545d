package io.lockstep.core.volume;

/** The mode of an LV lock, weakest first: lvmlockd's {@code un}, {@code sh} and {@code ex}. */
public enum LockMode {
    UNLOCKED("un"),
    SHARED("sh"),
    EXCLUSIVE("ex");

    private final String lvmlockd;

    LockMode(String lvmlockd) {
        this.lvmlockd = lvmlockd;
    }

    /** lvmlockd's own word for the mode. */
    public String lvmlockd() {
        return lvmlockd;
    }

    /** Whether a holder of this mode holds at least the needed one. */
    public boolean satisfies(LockMode needed) {
        return compareTo(needed) >= 0;
    }

    public LockMode strongest(LockMode other) {
        return satisfies(other) ? this : other;
    }

    /** Whether two holders may hold these modes of one volume at the same time. */
    public boolean compatibleWith(LockMode other) {
        return this == UNLOCKED || other == UNLOCKED || (this == SHARED && other == SHARED);
    }
}
