package io.lockstep.controller.history;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What waits to be written, in its order. When too much waits the oldest is given up, and that is logged. */
final class WriteQueue {

    private static final Logger LOG = Logger.getLogger(WriteQueue.class);

    /** About an hour of a busy cluster; some tens of megabytes. */
    private static final int MOST_WAITING = 50_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Entry> queue = new ArrayDeque<>();
    private long givenUp;

    void add(Entry entry) {
        lock.lock();
        try {
            if (queue.size() >= MOST_WAITING) {
                queue.removeFirst();
                if (givenUp++ % 1000 == 0) {
                    LOG.errorf("the history is full: %d entries are lost, since the database takes none", givenUp);
                }
            }
            queue.addLast(entry);
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Entry first() {
        lock.lock();
        try {
            return queue.peekFirst();
        } finally {
            lock.unlock();
        }
    }

    void written(Entry entry) {
        lock.lock();
        try {
            // It is not the first any more when the queue was full meanwhile.
            if (entry.equals(queue.peekFirst())) {
                queue.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }
}
