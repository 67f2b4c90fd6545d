package io.lockstep.controller.host;

import java.util.ArrayList;
import java.util.List;

/** Whether a caller has gone. Once it has, it stays so. */
public final class Cancellation {

    private final Object monitor = new Object();
    private final List<Runnable> listeners = new ArrayList<>();
    private boolean cancelled;

    public boolean cancelled() {
        synchronized (monitor) {
            return cancelled;
        }
    }

    public void cancel() {
        List<Runnable> toTell;
        synchronized (monitor) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            toTell = List.copyOf(listeners);
            listeners.clear();
        }
        toTell.forEach(Runnable::run);
    }

    /** Runs it at the cancellation; at once when that has been. */
    public void onCancel(Runnable listener) {
        synchronized (monitor) {
            if (!cancelled) {
                listeners.add(listener);
                return;
            }
        }
        listener.run();
    }
}
