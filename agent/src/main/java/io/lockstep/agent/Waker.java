package io.lockstep.agent;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs something soon and elsewhere. Guarantee: after each wake at least one whole run begins; wakes in between are one. */
public final class Waker {

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
                task.run();
            });
        }
    }
}
