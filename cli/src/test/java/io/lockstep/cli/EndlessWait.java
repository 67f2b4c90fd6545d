package io.lockstep.cli;

import java.time.Duration;

/** Time that does not pass: a pause ends at once, but not for ever; and Ctrl-C after a number of pauses. */
public final class EndlessWait implements Waiting {

    private static final int ENDLESS = 1000;

    private final int interruptedAfter;

    public EndlessWait() {
        this(Integer.MAX_VALUE);
    }

    /** @param interruptedAfter the pause in which Ctrl-C comes */
    public EndlessWait(int interruptedAfter) {
        this.interruptedAfter = interruptedAfter;
    }

    @Override
    public Watch watch() {
        return new Watch() {
            private int pauses;

            @Override
            public void pause(Duration time) throws Interrupted {
                if (++pauses >= interruptedAfter) {
                    throw new Interrupted();
                }
                if (pauses > ENDLESS) {
                    throw new AssertionError("the command waits for ever");
                }
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }
}
