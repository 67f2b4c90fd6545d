package io.lockstep.agent.work;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Tells whoever watches that something on this host may have changed. */
public final class Changes {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long revision;

    public long revision() {
        lock.lock();
        try {
            return revision;
        } finally {
            lock.unlock();
        }
    }

    public void happened() {
        lock.lock();
        try {
            revision++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a revision after {@code seen}, at most for {@code longest}. @return the revision then */
    public long await(long seen, Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long left = longest.toNanos();
            while (revision == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
            return revision;
        } finally {
            lock.unlock();
        }
    }
}
