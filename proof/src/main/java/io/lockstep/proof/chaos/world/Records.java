package io.lockstep.proof.chaos.world;

import io.lockstep.controller.Coordinator;
import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmHistory;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverArchive.Told;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.handover.HandoverHistory;
import io.lockstep.controller.host.HostHistory;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The controller's database: what a later life of it is given. */
final class Records implements HostHistory, HandoverHistory, AlarmHistory {

    private final Map<HostName, Registration> hosts = new TreeMap<>();
    private final Map<HandoverId, Handover> open = new LinkedHashMap<>();
    private final Map<DomainUuid, Epoch> highest = new TreeMap<>();
    private final Map<Alarm.Key, Alarm> alarms = new LinkedHashMap<>();

    Records() {}

    /** As they are now; what happens later is not in the copy. */
    Records copy() {
        Records copy = new Records();
        copy.hosts.putAll(hosts);
        copy.open.putAll(open);
        copy.highest.putAll(highest);
        copy.alarms.putAll(alarms);
        return copy;
    }

    void restore(Coordinator coordinator) {
        coordinator.restore(
                List.copyOf(hosts.values()),
                open.values().stream().map(h -> new Told(h, List.of())).toList(),
                new TreeMap<>(highest),
                List.copyOf(alarms.values()));
    }

    @Override
    public void registered(Registration registration) {
        hosts.put(registration.host(), registration);
    }

    @Override
    public void forgotten(HostName host) {
        hosts.remove(host);
    }

    @Override
    public void changed(Handover handover, List<HandoverEvent> events) {
        highest.merge(handover.domain(), handover.epoch(), Epoch::highest);
        if (handover.open()) {
            open.put(handover.id(), handover);
        } else {
            open.remove(handover.id());
        }
    }

    @Override
    public void raised(Alarm alarm) {
        alarms.put(alarm.key(), alarm);
    }

    @Override
    public void cleared(Alarm alarm, Instant at) {
        alarms.remove(alarm.key());
    }
}
