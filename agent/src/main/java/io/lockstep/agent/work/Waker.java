package io.lockstep.agent.work;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Runs something soon and elsewhere. Guarantee: after each wake at least one whole run begins; wakes in between are one. */
public final class Waker {

    private static final Logger LOG = Logger.getLogger(Waker.class);

    private final Executor executor;
    private final Runnable task;
    private final AtomicBoolean pending = new AtomicBoolean();

    public Waker(Executor executor, Runnable task) {
        this.executor = executor;
        this.task = task;
    }

    public void wake() {
        if (pending.compareAndSet(false, true)) {
            executor.execute(() -> {
                pending.set(false);
                try {
                    task.run();
                } catch (RuntimeException e) {
                    // The next wake, or the scheduler's turn, tries again from what is then seen.
                    LOG.error("a background task failed", e);
                }
            });
        }
    }
}
