package io.lockstep.proof.chaos.world;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One life of a program, from its start to its kill.
 *
 * <p>Guarantees: nothing of it happens after it is over; what it does in the background begins a little later, in an order that chance
 * makes; while it is busy nothing that it does in the background begins.
 */
public final class Life implements Executor {

    private static final int THREADS_START_WITHIN_MILLIS = 20;

    private final String program;
    private final boolean alone;
    private final Timeline timeline;
    private final Chance chance;
    private final Deque<Runnable> deferred = new ArrayDeque<>();
    private final List<Runnable> atEnd = new ArrayList<>();
    private boolean over;
    private int inside;

    /** @param alone whether nobody enters it while it is busy; a program that never calls out while it holds a lock need not be */
    Life(String program, boolean alone, Timeline timeline, Chance chance) {
        this.program = program;
        this.alone = alone;
        this.timeline = timeline;
        this.chance = chance;
    }

    public boolean over() {
        return over;
    }

    /** Whether it is in the middle of something that holds its locks. */
    boolean busy() {
        return alone && inside > 0;
    }

    /** A kill: whatever it was doing ends where it next looks outside. */
    void end() {
        if (!over) {
            over = true;
            deferred.clear();
            List.copyOf(atEnd).forEach(Runnable::run);
            atEnd.clear();
        }
    }

    void atEnd(Runnable what) {
        atEnd.add(what);
    }

    /** To be called whenever an answer from outside comes back to it. */
    void mustGoOn() {
        if (over) {
            throw new Killed(program);
        }
    }

    /** Calls it from outside. @return nothing when it is not there, or is killed meanwhile */
    <T> @Nullable T ask(Supplier<T> what) {
        if (over) {
            return null;
        }
        inside++;
        try {
            return what.get();
        } catch (Killed e) {
            if (!over) {
                throw e;
            }
            return null;
        } finally {
            inside--;
            goOn();
        }
    }

    /** It waits for somebody else, and holds nothing meanwhile that anything else of it needs. */
    <T> T waitingFor(Supplier<T> what) {
        int before = inside;
        inside = 0;
        goOn();
        T answer;
        try {
            answer = what.get();
        } finally {
            inside = before;
        }
        mustGoOn();
        return answer;
    }

    @Override
    public void execute(Runnable task) {
        after(chance.millis(0, THREADS_START_WITHIN_MILLIS), task);
    }

    void after(Duration time, Runnable task) {
        timeline.after(time, () -> run(task));
    }

    private void run(Runnable task) {
        if (over) {
            return;
        }
        if (busy()) {
            deferred.add(task);
            return;
        }
        ask(() -> {
            task.run();
            return true;
        });
    }

    private void goOn() {
        while (!over && !busy() && !deferred.isEmpty()) {
            execute(deferred.remove());
        }
    }
}
