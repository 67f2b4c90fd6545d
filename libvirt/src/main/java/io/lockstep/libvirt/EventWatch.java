package io.lockstep.libvirt;

import io.lockstep.libvirt.nativeapi.Connection;
import io.lockstep.libvirt.nativeapi.LibvirtException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a connection of its own for events, and calls the listeners on its own thread: what they do holds up neither libvirt's
 * event loop nor a look.
 *
 * <p>Many events soon after one another are one call. The listeners are also called whenever the connection was opened or lost,
 * since what happened in between told nobody; one that comes when the connection stands already is called as well.
 */
final class EventWatch implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(EventWatch.class.getName());

    /** Not every driver tells that a connection is lost, so it is also looked at. */
    private static final Duration CHECK = Duration.ofSeconds(5);

    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final String uri;
    private final Link.Kind<Connection> kind;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private boolean started;
    private volatile boolean closed;

    /** A permit for each event of the present connection. Each connection has its own: a late call for an old one changes nothing. */
    private volatile Semaphore changed = new Semaphore(0);

    EventWatch(String uri, Link.Kind<Connection> kind) {
        this.uri = uri;
        this.kind = kind;
        thread = Thread.ofPlatform().daemon().name("libvirt-events").unstarted(this::run);
    }

    /** The first listener makes it begin. */
    synchronized void add(Runnable listener) {
        listeners.add(listener);
        // INVARIANT: after the list. A connect that does not see the permit sees the listener.
        changed.release();
        if (!started && !closed) {
            started = true;
            thread.start();
        }
    }

    private void run() {
        Duration pause = Duration.ZERO;
        try {
            while (!closed) {
                try {
                    watch();
                    pause = Duration.ZERO;
                } catch (LibvirtException e) {
                    if (pause.isZero()) {
                        LOG.log(System.Logger.Level.WARNING, "no events from libvirt at {0}: {1}", uri, e.words());
                    }
                }
                pause = Link.longer(pause);
                Thread.sleep(pause);
            }
        } catch (InterruptedException e) {
            // By close().
            LOG.log(System.Logger.Level.DEBUG, "no more events from libvirt at {0}", uri);
        }
    }

    /** For the life of one connection. */
    private void watch() throws LibvirtException, InterruptedException {
        Connection connection = kind.opener().open();
        try {
            Semaphore changes = new Semaphore(0);
            Semaphore lost = new Semaphore(0);
            changed = changes;
            connection.watch(changes::release, () -> {
                lost.release();
                changes.release();
            });
            LOG.log(System.Logger.Level.DEBUG, "events from libvirt at {0}", uri);
            wake();
            while (!closed && lost.availablePermits() == 0 && kind.alive().test(connection)) {
                if (changes.tryAcquire(CHECK.toMillis(), TimeUnit.MILLISECONDS)) {
                    changes.drainPermits();
                    wake();
                }
            }
        } finally {
            kind.closer().accept(connection);
        }
        if (!closed) {
            LOG.log(System.Logger.Level.WARNING, "the connection to libvirt at {0} was lost", uri);
            wake();
        }
    }

    private void wake() {
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (Throwable e) {
                // Also errors: the others still want to know.
                LOG.log(System.Logger.Level.ERROR, "a listener for libvirt's events failed", e);
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (!started) {
                return;
            }
        }
        thread.interrupt();
        try {
            // Not long: it may hang in native code.
            thread.join(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
