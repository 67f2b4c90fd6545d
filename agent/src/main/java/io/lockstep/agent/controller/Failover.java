package io.lockstep.agent.controller;

import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lockstep.agent.work.Deadline;
import io.lockstep.agent.work.SteadyClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One question to several controllers, until one answers.
 *
 * <p>Guarantees: the one that answered last is asked first; one that is down, that takes connections and says nothing, or whose
 * host has died leaves time for the next; one that is back is reached by the next call; one that fails by an error of its own, or whose
 * connection was reset under the call, is asked once more after the others; an answer that is a refusal is an answer. So only what may
 * be repeated is to be asked.
 */
final class Failover {

    /** A controller whose host has died is given up after both, in time for the next one to open the handover. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    private static final Duration KEEP_ALIVE_ANSWER = Duration.ofSeconds(5);

    /** Within this a controller that lives has taken a connection, also one in emulation. */
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /**
     * What a controller says, or its connection for it, that stops or has stopped, or that fails by an error of its own: the next
     * one may answer.
     */
    private static final Set<Status.Code> GONE =
            Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED, Status.Code.INTERNAL);

    private final Endpoints endpoints;
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

    Failover(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /** What is asked of a controller, within a time. */
    interface Call<T> {
        T of(Channel channel, Duration limit);
    }

    List<String> ordered() {
        return endpoints.ordered();
    }

    /**
     * Each controller gets its part of the time that is left, so that one that hangs leaves some for the next.
     *
     * @throws UnreachableException when none has answered, with what the last one that was asked had to say
     */
    <T> T call(Deadline deadline, Call<T> rpc) throws UnreachableException {
        String failure = "no controller is configured (lockstep.controllers)";
        Deque<String> toAsk = new ArrayDeque<>(endpoints.ordered());
        Set<String> askedAgain = new HashSet<>();
        while (!toAsk.isEmpty() && !deadline.passed()) {
            int left = toAsk.size();
            String endpoint = toAsk.remove();
            ManagedChannel channel = channel(endpoint);
            if (left > 1 && mute(channel, deadline.remaining().dividedBy(left))) {
                failure = "controller " + endpoint + ": it takes no connection, or says nothing on it";
                continue;
            }
            try {
                T answer = rpc.of(channel, deadline.remaining().dividedBy(left));
                endpoints.answered(endpoint);
                return answer;
            } catch (StatusRuntimeException e) {
                failure = words(endpoint, e);
                if (!GONE.contains(e.getStatus().getCode())) {
                    break;
                }
                if (e.getStatus().getCode() == Status.Code.INTERNAL && askedAgain.add(endpoint)) {
                    toAsk.add(endpoint);
                }
            }
        }
        throw new UnreachableException(failure);
    }

    /**
     * Whether a connection is neither made nor refused for a while. A process that hangs lets its kernel take connections, and a
     * host that died answers none: without this a call would wait for its first word as long as it may.
     */
    private static boolean mute(ManagedChannel channel, Duration limit) {
        Deadline until = Deadline.in(limit.compareTo(CONNECT) < 0 ? limit : CONNECT, SteadyClock.CLOCK);
        while (true) {
            ConnectivityState state = channel.getState(true);
            if (state != ConnectivityState.IDLE && state != ConnectivityState.CONNECTING) {
                return false;
            }
            CountDownLatch changed = new CountDownLatch(1);
            channel.notifyWhenStateChanged(state, changed::countDown);
            try {
                if (!changed.await(until.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                    return true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    static String words(String endpoint, StatusRuntimeException e) {
        String description = e.getStatus().getDescription();
        return "controller " + endpoint + ": " + e.getStatus().getCode()
                + (description == null
                        ? ""
                        : " " + description.lines().findFirst().orElse(""));
    }

    /**
     * Every call is a real attempt: a channel that has failed answers from what it knows until it has connected again, also when it
     * was told to try at once, and gRPC's own back-off grows to two minutes. So it is replaced.
     */
    ManagedChannel channel(String endpoint) {
        return channels.compute(endpoint, (e, before) -> {
            if (before != null && before.getState(false) != ConnectivityState.TRANSIENT_FAILURE) {
                return before;
            }
            if (before != null) {
                before.shutdown();
            }
            return ManagedChannelBuilder.forTarget(e)
                    .usePlaintext()
                    .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                    .keepAliveTimeout(KEEP_ALIVE_ANSWER.toSeconds(), TimeUnit.SECONDS)
                    .build();
        });
    }

    void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }

    /** No controller has answered; the message says what the last one that was asked had to say. */
    static final class UnreachableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreachableException(String reason) {
            super(reason);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
