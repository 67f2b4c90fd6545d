package io.lockstep.proof.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Exceptions of background tasks: the agent logs them and goes on, a run must not. Everything else that is logged is kept quiet. */
final class BackgroundFailures extends Handler implements AutoCloseable {

    private final Logger all = Logger.getLogger("io.lockstep");
    private final Logger wakers = Logger.getLogger("io.lockstep.agent.work.Waker");
    private final @Nullable Level before;
    private final @Nullable Level wakersBefore;
    private final List<String> seen = new ArrayList<>();

    BackgroundFailures() {
        before = all.getLevel();
        wakersBefore = wakers.getLevel();
        all.setLevel(Level.OFF);
        wakers.setLevel(Level.SEVERE);
        wakers.addHandler(this);
        wakers.setUseParentHandlers(false);
    }

    List<String> seen() {
        return List.copyOf(seen);
    }

    @Override
    public void publish(LogRecord entry) {
        Throwable failure = entry.getThrown();
        if (failure instanceof Exception) {
            seen.add("a background task failed: " + failure + " at "
                    + Arrays.stream(failure.getStackTrace()).limit(8).toList());
        }
    }

    @Override
    public void flush() {
        // Nothing waits.
    }

    @Override
    public void close() {
        wakers.removeHandler(this);
        wakers.setUseParentHandlers(true);
        wakers.setLevel(wakersBefore);
        all.setLevel(before);
    }
}
