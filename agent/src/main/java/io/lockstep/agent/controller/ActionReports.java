package io.lockstep.agent.controller;

import io.lockstep.proto.v1.RecordActionsRequest;
import io.lockstep.service.action.ActionProtos;
import io.lockstep.service.action.ManualAction;
import io.lockstep.service.action.ManualActions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Tells the controllers what people did by hand on this host.
 *
 * <p>Guarantees: each action is in this host's log at once; it is told until a controller has taken it, in the order in which
 * things were done; when too many wait, or the agent is restarted before a controller has come back, the log alone has them.
 */
public final class ActionReports implements ManualActions {

    private static final Logger LOG = Logger.getLogger(ActionReports.class);
    private static final int MOST_WAITING = 1000;
    private static final int AT_ONCE = 100;

    private final Predicate<RecordActionsRequest> controller;
    private final Runnable soon;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<ManualAction> waiting = new ArrayDeque<>();
    private final ReentrantLock sending = new ReentrantLock();

    /**
     * @param controller tells one of the controllers, and says whether it has taken it
     * @param soon has {@link #send} called by a thread that may wait
     */
    public ActionReports(Predicate<RecordActionsRequest> controller, Runnable soon) {
        this.controller = controller;
        this.soon = soon;
    }

    @Override
    public void done(ManualAction action) {
        LOG.infof(
                "%s by hand%s%s, asked for by %s: %s: %s",
                action.action(),
                action.volumes().isEmpty() ? "" : " " + action.volumes(),
                action.domain().isEmpty() ? "" : " of domain " + action.domain(),
                action.requestedBy(),
                action.reason(),
                action.result());
        lock.lock();
        try {
            if (waiting.size() >= MOST_WAITING) {
                LOG.errorf(
                        "no controller takes manual actions: the oldest is in this log alone: %s",
                        waiting.removeFirst());
            }
            waiting.addLast(action);
        } finally {
            lock.unlock();
        }
        soon.run();
    }

    /** Tells what waits; to be called now and then as well, since a controller may have been away. */
    public void send() {
        if (!sending.tryLock()) {
            return;
        }
        try {
            for (List<ManualAction> next = first(); !next.isEmpty(); next = first()) {
                RecordActionsRequest.Builder request = RecordActionsRequest.newBuilder();
                next.forEach(a -> request.addActions(ActionProtos.message(a)));
                if (!controller.test(request.build())) {
                    return;
                }
                told(next);
            }
        } finally {
            sending.unlock();
        }
    }

    private List<ManualAction> first() {
        lock.lock();
        try {
            return waiting.stream().limit(AT_ONCE).toList();
        } finally {
            lock.unlock();
        }
    }

    private void told(List<ManualAction> actions) {
        lock.lock();
        try {
            waiting.removeAll(actions);
        } finally {
            lock.unlock();
        }
    }
}
