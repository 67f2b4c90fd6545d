package io.lockstep.simulator.time;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one lock of a cluster, and its time.
 *
 * <p>INVARIANT: every change of the cluster happens in {@link #change} or {@link #changing}, which let the observer look before anybody else can, so
 * no state of the cluster goes unseen. Time never passes while the lock is held.
 */
public final class ClusterLock {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final SimulatedTime time;
    private Runnable observer = () -> {};

    public ClusterLock(SimulatedTime time) {
        this.time = time;
    }

    public SimulatedTime time() {
        return time;
    }

    /** @param observer called with the lock held after every change */
    public void observer(Runnable observer) {
        this.observer = observer;
    }

    public <T extends @Nullable Object> T look(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }

    public <T extends @Nullable Object> T changing(Supplier<T> what) {
        lock.lock();
        try {
            T result = what.get();
            if (lock.getHoldCount() == 1) {
                observer.run();
                changed.signalAll();
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    public void change(Runnable what) {
        changing(() -> {
            what.run();
            return true;
        });
    }

    /** @throws IllegalStateException when this thread holds the lock: nothing that takes time may happen then */
    public void requireFree() {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("the cluster's lock is held while time passes or a hook runs");
        }
    }

    public void pass(Duration duration) {
        requireFree();
        time.pass(duration);
    }

    /**
     * Waits until the condition holds. In virtual time nobody else could make it hold, so there it is only looked at.
     *
     * @return whether it holds
     */
    public boolean await(BooleanSupplier condition, Duration limit) {
        requireFree();
        lock.lock();
        try {
            long left = time.real(limit).toNanos();
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
