package io.lockstep.libvirt;

import io.lockstep.libvirt.nativeapi.Connection;
import io.lockstep.libvirt.nativeapi.LibvirtException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is opened when it is needed, and again after it was lost. For one thread.
 *
 * <p>After a failed attempt the next one waits, at first a second, at most five; in between its failure is the answer.
 */
final class Link<C> {

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** How a connection is opened, judged and closed. */
    record Kind<C>(Opener<C> opener, Predicate<C> alive, Consumer<C> closer) {}

    interface Opener<C> {
        C open() throws LibvirtException;
    }

    private final Kind<C> kind;
    private final LongSupplier nanoTime;
    private @Nullable C connection;
    private @Nullable LibvirtException failure;
    private Duration pause = Duration.ZERO;
    private long failedAt;

    Link(Kind<C> kind, LongSupplier nanoTime) {
        this.kind = kind;
        this.nanoTime = nanoTime;
    }

    static Kind<Connection> to(String uri) {
        return new Kind<>(() -> Connection.open(uri), Connection::alive, Connection::close);
    }

    C get() throws LibvirtException {
        dropDead();
        C open = connection;
        if (open != null) {
            return open;
        }
        LibvirtException last = failure;
        if (last != null && nanoTime.getAsLong() - failedAt < pause.toNanos()) {
            throw last;
        }
        try {
            C opened = kind.opener().open();
            connection = opened;
            failure = null;
            pause = Duration.ZERO;
            return opened;
        } catch (LibvirtException e) {
            failure = e;
            failedAt = nanoTime.getAsLong();
            pause = longer(pause);
            throw e;
        }
    }

    static Duration longer(Duration pause) {
        if (pause.isZero()) {
            return FIRST_PAUSE;
        }
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    /** Closes a connection that was lost. @return whether it was */
    boolean dropDead() {
        C open = connection;
        if (open == null || kind.alive().test(open)) {
            return false;
        }
        drop();
        return true;
    }

    void drop() {
        C open = connection;
        connection = null;
        if (open != null) {
            kind.closer().accept(open);
        }
    }
}
