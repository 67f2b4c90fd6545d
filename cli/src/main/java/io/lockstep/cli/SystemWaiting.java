package io.lockstep.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The real one: the JVM begins to end at Ctrl-C, and is kept from it as long as last words take. */
final class SystemWaiting implements Waiting {

    private static final Duration LAST_WORDS = Duration.ofSeconds(15);

    @Override
    public Watch watch() {
        return new Watching();
    }

    private static final class Watching implements Watch {

        private final CountDownLatch interrupted = new CountDownLatch(1);
        private final CountDownLatch finished = new CountDownLatch(1);
        private final Thread hook = new Thread(this::interrupt, "lockstepctl-interrupt");

        Watching() {
            Runtime.getRuntime().addShutdownHook(hook);
        }

        private void interrupt() {
            interrupted.countDown();
            try {
                boolean done = finished.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
                if (!done) {
                    System.err.println("lockstepctl: what was to be done at the end could not be done in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void pause(Duration time) throws Interrupted {
            try {
                if (interrupted.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new Interrupted();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Interrupted();
            }
        }

        @Override
        public void close() {
            finished.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM is ending already, and the hook with it.
            }
        }
    }
}
