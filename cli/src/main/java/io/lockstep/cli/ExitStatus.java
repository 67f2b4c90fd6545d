package io.lockstep.cli;

/** What a command's exit status says. Documented in every {@code --help}. */
public enum ExitStatus {
    OK(0),
    /** The answer is no: refused, not found, a dry run found drift, an alarm stands. */
    NO(1),
    /** The command was written wrongly; nothing was asked or done. */
    USAGE(2),
    /** Nobody answered, or not in time; what was asked for may have been done all the same. */
    NO_ANSWER(3),
    /** Some of it was done, some was not. */
    PARTIAL(4),
    /** A fault of lockstepctl itself. */
    BUG(70);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Of an order with several parts. */
    public static ExitStatus of(int done, int refused) {
        if (refused == 0) {
            return OK;
        }
        return done == 0 ? NO : PARTIAL;
    }
}
