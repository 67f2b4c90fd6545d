package io.lockstep.agent.work;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Runs something soon and elsewhere.
 *
 * <p>Guarantees: after each wake at least one whole run begins; wakes in between are one; there is never more than one run at a
 * time, so a run that hangs holds up nothing but the next one.
 */
public final class Waker {

    private static final Logger LOG = Logger.getLogger(Waker.class);

    private enum State {
        IDLE,
        RUNNING,
        /** Running, and woken since. */
        AGAIN
    }

    private final Executor executor;
    private final Runnable task;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    public Waker(Executor executor, Runnable task) {
        this.executor = executor;
        this.task = task;
    }

    public void wake() {
        State before = state.getAndUpdate(s -> s == State.IDLE ? State.RUNNING : State.AGAIN);
        if (before == State.IDLE) {
            runSoon();
        }
    }

    private void run() {
        // What woke us until here is served by this run.
        state.set(State.RUNNING);
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            // The next wake, or the scheduler's turn, tries again from what is then seen.
            LOG.error("a background task failed", e);
        }
        if (!state.compareAndSet(State.RUNNING, State.IDLE)) {
            runSoon();
        }
    }

    private void runSoon() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            // The agent is stopping. Whoever woke us ends its own work undisturbed; the next agent looks by itself.
            state.set(State.IDLE);
            LOG.debug("woken while stopping");
        }
    }
}
