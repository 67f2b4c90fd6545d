package io.lockstep.controller.alarm;

import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.Handovers;
import io.lockstep.core.domain.DomainUuid;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The alarms that stand. Raising one again, or clearing one that does not stand, changes nothing. */
public final class Alarms {

    private static final Logger LOG = Logger.getLogger(Alarms.class);

    private final AlarmHistory history;
    private final Handovers handovers;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Alarm.Key, Alarm> standing = new HashMap<>();

    public Alarms(AlarmHistory history, Handovers handovers, InstantSource clock) {
        this.history = history;
        this.handovers = handovers;
        this.clock = clock;
    }

    /** Those that stood when the controller stopped: they stand until a look clears them. */
    public void restore(Collection<Alarm> stored) {
        lock.lock();
        try {
            stored.forEach(a -> standing.putIfAbsent(a.key(), a));
        } finally {
            lock.unlock();
        }
    }

    /** The oldest first. */
    public List<Alarm> list() {
        lock.lock();
        try {
            return standing.values().stream()
                    .sorted(Comparator.comparing(Alarm::since)
                            .thenComparing(Alarm::kind)
                            .thenComparing(Alarm::domain))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    public List<Alarm> list(DomainUuid domain) {
        return list().stream().filter(a -> a.domain().equals(domain)).toList();
    }

    /** Makes exactly {@code now} stand among the alarms of this domain that {@code scope} is about. */
    void replace(DomainUuid domain, Predicate<Alarm> scope, List<Alarm> now) {
        List<Alarm> raised = new ArrayList<>();
        List<Alarm> cleared = new ArrayList<>();
        lock.lock();
        try {
            Map<Alarm.Key, Alarm> wanted = now.stream().collect(Collectors.toMap(Alarm::key, a -> a, (a, b) -> a));
            for (Alarm each : List.copyOf(standing.values())) {
                if (each.domain().equals(domain) && scope.test(each) && !wanted.containsKey(each.key())) {
                    standing.remove(each.key());
                    cleared.add(each);
                    history.cleared(each, clock.instant());
                }
            }
            for (Alarm each : wanted.values()) {
                Alarm before = standing.get(each.key());
                Alarm after = before == null ? each : each.standingSince(before.since());
                if (!after.equals(before)) {
                    standing.put(each.key(), after);
                    history.raised(after);
                }
                if (before == null) {
                    raised.add(each);
                }
            }
        } finally {
            lock.unlock();
        }
        raised.forEach(a -> {
            LOG.warnf("alarm %s, domain %s (%s): %s", a.kind(), a.domainName(), a.domain(), a.text());
            note(a, "alarm " + a.kind() + ": " + a.text());
        });
        cleared.forEach(a -> {
            LOG.warnf("alarm %s, domain %s (%s), is over", a.kind(), a.domainName(), a.domain());
            note(a, "alarm " + a.kind() + " is over");
        });
    }

    private void note(Alarm alarm, String text) {
        // A side's own words are in its handover's history already, and a lock that is missing is no matter of a
        // handover.
        if (alarm.kind().ofLooks()) {
            Optional<Handover> latest = handovers.latest(alarm.domain());
            latest.ifPresent(h -> handovers.note(h.id(), Optional.empty(), text));
        }
    }
}
