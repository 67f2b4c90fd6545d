package io.lockstep.lvm.command;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits that an interruption does not cut short: they are bounded anyway, and a lock manager's command half done is worse. */
public final class Patience {

    private Patience() {}

    @FunctionalInterface
    interface Wait {
        /** Whether it came. */
        boolean within(long nanos) throws InterruptedException;
    }

    /** Waits that long. */
    public static void pause(Duration time) {
        wait(time, nanos -> {
            TimeUnit.NANOSECONDS.sleep(nanos);
            return true;
        });
    }

    static boolean wait(Duration limit, Wait wait) {
        long end = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.within(Math.max(1, end - System.nanoTime()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
