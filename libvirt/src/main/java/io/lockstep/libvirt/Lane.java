package io.lockstep.libvirt;

import io.lockstep.libvirt.nativeapi.LibvirtException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A few threads, each with its own connection, on which calls to libvirt are made for callers that do not wait for ever.
 *
 * <p>Guarantees: a caller waits at most for its limit. A call that hangs keeps its thread, never more than the lane has; later
 * calls wait for their turn within their own limits, and those that were given up meanwhile are never made. A call sees only what
 * libvirt says after the caller came: no caller is given the answer to an earlier one. A lost connection is opened again.
 *
 * <p>The threads are platform threads, because a native call would pin a virtual one, and daemons, because nothing ends one that
 * hangs in native code.
 */
final class Lane<C> implements AutoCloseable {

    private static final Duration CLOSING = Duration.ofSeconds(1);

    interface Work<C, T> {
        T on(C connection, Progress progress) throws LibvirtException, GivenUpException;
    }

    interface Progress {

        /** @param doing what comes next, for the message of one who waits in vain */
        void step(String doing) throws GivenUpException;

        /** As {@link #step}, before something that changes a domain: it is made once at most, and not when nobody waits. */
        void commit(String doing) throws GivenUpException;
    }

    private enum Stage {
        WAITING,
        RUNNING,
        COMMITTED,
        GIVEN_UP
    }

    private final String uri;
    private final Link.Kind<C> kind;
    private final LinkedBlockingQueue<Call<?>> queue = new LinkedBlockingQueue<>();
    private final Set<Call<?>> running = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    /** @param uri for messages */
    Lane(String name, int size, String uri, Link.Kind<C> kind) {
        this.uri = uri;
        this.kind = kind;
        for (int i = 0; i < size; i++) {
            threads.add(Thread.ofPlatform().daemon().name(name + "-" + i).unstarted(this::work));
        }
        threads.forEach(Thread::start);
    }

    /**
     * Makes a call.
     *
     * @throws LibvirtException when libvirt answered with an error
     * @throws NoAnswerException when there was no answer, for whatever reason
     */
    <T> T call(String doing, Duration limit, Work<C, T> work) throws LibvirtException, NoAnswerException {
        Call<T> call = new Call<>(doing, work);
        queue.add(call);
        if (closed) {
            // Perhaps after the queue was emptied.
            throw closedNow(!giveUp(call));
        }
        try {
            return call.answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            String hanging = doingNow(call);
            boolean asked = !giveUp(call);
            throw new NoAnswerException("libvirt did not answer within " + words(limit) + " (" + hanging + ")", asked);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswerException("interrupted while waiting for libvirt (" + doing + ")", !giveUp(call));
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case LibvirtException refusal -> throw refusal;
                case NoAnswerException silence -> throw silence;
                case null, default ->
                    throw new NoAnswerException(doing + ": " + e.getCause(), call.stage.get() == Stage.COMMITTED);
            }
        }
    }

    /** Whether a call still hangs that its caller has given up. */
    boolean overdue() {
        return running.stream().anyMatch(c -> c.overdue);
    }

    private boolean giveUp(Call<?> call) {
        call.overdue = true;
        queue.remove(call);
        return call.stage.compareAndSet(Stage.WAITING, Stage.GIVEN_UP)
                || call.stage.compareAndSet(Stage.RUNNING, Stage.GIVEN_UP);
    }

    /** What hangs: this call, or the one that it waits for. */
    private String doingNow(Call<?> call) {
        return call.stage.get() == Stage.WAITING
                ? running.stream().findAny().map(c -> c.doing).orElse(call.doing)
                : call.doing;
    }

    private void work() {
        Link<C> link = new Link<>(kind, System::nanoTime);
        try {
            while (!closed) {
                queue.take().run(link);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            link.drop();
        }
    }

    private NoAnswerException closedNow(boolean asked) {
        return new NoAnswerException("the connection to libvirt was closed", asked);
    }

    /** Who still waits gets no answer. Does not wait for what hangs. */
    @Override
    public void close() {
        closed = true;
        List<Call<?>> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(c -> c.answer.completeExceptionally(closedNow(false)));
        threads.forEach(Thread::interrupt);
        long end = System.nanoTime() + CLOSING.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.forEach(c -> c.answer.completeExceptionally(closedNow(!giveUp(c))));
    }

    private static String words(Duration limit) {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    private final class Call<T> implements Progress {

        private final Work<C, T> work;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
        private volatile String doing;
        private volatile boolean overdue;

        Call(String doing, Work<C, T> work) {
            this.doing = doing;
            this.work = work;
        }

        void run(Link<C> link) {
            if (!stage.compareAndSet(Stage.WAITING, Stage.RUNNING)) {
                return;
            }
            running.add(this);
            try {
                answer.complete(attempt(link));
            } catch (Throwable e) {
                // Also errors: the thread goes on for the next caller.
                answer.completeExceptionally(e);
            } finally {
                running.remove(this);
            }
        }

        /** A connection is often found lost only by using it; then a new one gets one try. */
        private T attempt(Link<C> link) throws LibvirtException, NoAnswerException, GivenUpException {
            try {
                return work.on(open(link), this);
            } catch (LibvirtException e) {
                if (!link.dropDead()) {
                    throw e;
                }
                if (stage.get() == Stage.COMMITTED) {
                    throw new NoAnswerException("the connection to libvirt was lost: " + e.words(), true);
                }
            }
            C connection = open(link);
            try {
                return work.on(connection, this);
            } catch (LibvirtException e) {
                if (link.dropDead()) {
                    throw new NoAnswerException(
                            "the connection to libvirt was lost: " + e.words(), stage.get() == Stage.COMMITTED);
                }
                throw e;
            }
        }

        private C open(Link<C> link) throws NoAnswerException, GivenUpException {
            step("connecting to " + uri);
            try {
                return link.get();
            } catch (LibvirtException e) {
                throw new NoAnswerException("libvirt does not answer at " + uri + ": " + e.words(), false);
            }
        }

        @Override
        public void step(String next) throws GivenUpException {
            if (stage.get() == Stage.GIVEN_UP) {
                throw new GivenUpException();
            }
            doing = next;
        }

        @Override
        public void commit(String next) throws GivenUpException {
            if (!stage.compareAndSet(Stage.RUNNING, Stage.COMMITTED)) {
                throw new GivenUpException();
            }
            doing = next;
        }
    }
}
