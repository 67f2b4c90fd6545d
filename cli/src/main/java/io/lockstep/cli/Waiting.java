package io.lockstep.cli;

import java.time.Duration;

/** Time that passes while a command watches something, and the Ctrl-C that ends that. */
public interface Waiting {

    /** From now on Ctrl-C ends a pause instead of the program, until the result is closed. */
    Watch watch();

    /** See {@link Waiting#watch}. */
    interface Watch extends AutoCloseable {

        void pause(Duration time) throws Interrupted;

        @Override
        void close();
    }

    /** Ctrl-C was pressed; some seconds are left for last words. */
    final class Interrupted extends Exception {

        private static final long serialVersionUID = 1L;
    }
}
