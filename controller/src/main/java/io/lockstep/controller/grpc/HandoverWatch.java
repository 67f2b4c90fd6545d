package io.lockstep.controller.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverArchive.Filter;
import io.lockstep.controller.handover.Handovers;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.proto.v1.WatchHandoversResponse;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One caller that watches handovers.
 *
 * <p>Guarantees: whoever changes a handover never waits for the caller; a slow caller gets the latest state of each handover and
 * misses states between; at most one message a handover waits.
 */
final class HandoverWatch {

    private final ServerCallStreamObserver<WatchHandoversResponse> call;
    private final Handovers handovers;
    private final Filter filter;
    private final ExecutorService threads;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<HandoverId, Handover> waiting = new LinkedHashMap<>();
    private @Nullable Runnable stop;
    private boolean sending;
    private boolean over;

    /** To be made before the call's method returns: handlers can only be set until then. */
    HandoverWatch(
            ServerCallStreamObserver<WatchHandoversResponse> call,
            Handovers handovers,
            Filter filter,
            ExecutorService threads) {
        this.call = call;
        this.handovers = handovers;
        this.filter = filter;
        this.threads = threads;
        call.setOnCancelHandler(this::end);
        call.setOnReadyHandler(this::wake);
    }

    void start(List<Handover> now) {
        Runnable stopping = handovers.listen(this::changed);
        lock.lock();
        try {
            stop = stopping;
            now.forEach(h -> waiting.putIfAbsent(h.id(), h));
        } finally {
            lock.unlock();
        }
        if (gone()) {
            end();
        }
        wake();
    }

    private void changed(Handover handover) {
        if (filter.matches(handover)) {
            lock.lock();
            try {
                waiting.put(handover.id(), handover);
            } finally {
                lock.unlock();
            }
            wake();
        }
    }

    private boolean gone() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        Runnable stopping;
        lock.lock();
        try {
            over = true;
            stopping = stop;
            waiting.clear();
        } finally {
            lock.unlock();
        }
        if (stopping != null) {
            stopping.run();
        }
    }

    private void wake() {
        lock.lock();
        try {
            if (sending || over || waiting.isEmpty()) {
                return;
            }
            sending = true;
        } finally {
            lock.unlock();
        }
        threads.execute(this::send);
    }

    private void send() {
        try {
            for (Handover next = next(); next != null; next = next()) {
                // Changes are told in no order: the latest state is what counts.
                Handover latest = handovers.find(next.id()).orElse(next);
                call.onNext(WatchHandoversResponse.newBuilder()
                        .setHandover(HandoverMessages.handover(latest))
                        .build());
            }
        } catch (RuntimeException e) {
            end();
        }
    }

    private @Nullable Handover next() {
        lock.lock();
        try {
            Iterator<Handover> first = waiting.values().iterator();
            if (over || !first.hasNext() || !call.isReady()) {
                sending = false;
                return null;
            }
            Handover next = first.next();
            first.remove();
            return next;
        } finally {
            lock.unlock();
        }
    }
}
