package io.lockstep.controller.host;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A lock around what is done under it, whatever comes of that. */
public final class Guard {

    private final ReentrantLock lock = new ReentrantLock();

    public <T> T under(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }

    public void does(Runnable what) {
        lock.lock();
        try {
            what.run();
        } finally {
            lock.unlock();
        }
    }
}
