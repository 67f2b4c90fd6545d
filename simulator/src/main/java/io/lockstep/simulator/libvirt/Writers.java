package io.lockstep.simulator.libvirt;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.Volume;
import io.lockstep.simulator.time.ClusterLock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who could write which volume, at every moment.
 *
 * <p>It sees every change of the cluster, so no moment is missed in which two qemus could write one volume. The only excuses are
 * a lost Finish step and a left-over source that somebody resumed by hand.
 */
public final class Writers {

    /** A running qemu that has a volume open for writing. */
    public record Writer(HostName host, String domain, boolean shareable) implements Comparable<Writer> {
        @Override
        public int compareTo(Writer other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return domain + " on " + host;
        }
    }

    /** From this moment on, exactly these could write the volume. */
    public record Moment(Instant at, Volume volume, Set<Writer> writers) {}

    private static final int REMEMBERED = 10_000;

    private final ClusterLock cluster;
    private final Deque<Moment> history = new ArrayDeque<>();
    private final Map<LvUuid, Set<Writer>> last = new HashMap<>();
    private final Map<DomainUuid, Set<HostName>> running = new HashMap<>();
    private final Set<DomainUuid> excused = new HashSet<>();
    private final List<String> violations = new ArrayList<>();

    public Writers(ClusterLock cluster) {
        this.cluster = cluster;
    }

    /** Takes a look at the whole cluster; called with its lock held, after every change. */
    public void observe(Collection<Libvirtd> hosts) {
        Map<DomainUuid, Set<HostName>> runningNow = new HashMap<>();
        Map<LvUuid, Set<Writer>> writersNow = new HashMap<>();
        Map<LvUuid, Set<DomainUuid>> domains = new HashMap<>();
        Map<LvUuid, Volume> volumes = new TreeMap<>();
        for (Libvirtd host : hosts) {
            for (Domain domain : host.running()) {
                runningNow.computeIfAbsent(domain.uuid, d -> new TreeSet<>()).add(host.host());
                for (Qemu.OpenDisk disk : domain.qemu == null ? List.<Qemu.OpenDisk>of() : domain.qemu.disks()) {
                    disk.volume().filter(v -> !disk.disk().readOnly()).ifPresent(volume -> {
                        volumes.put(volume.uuid(), volume);
                        domains.computeIfAbsent(volume.uuid(), v -> new HashSet<>())
                                .add(domain.uuid);
                        writersNow
                                .computeIfAbsent(volume.uuid(), v -> new TreeSet<>())
                                .add(new Writer(
                                        host.host(), domain.name, disk.disk().shareable()));
                    });
                }
            }
        }
        Instant now = cluster.time().instant();
        volumes.forEach((uuid, volume) -> {
            Set<Writer> writers = writersNow.getOrDefault(uuid, Set.of());
            if (!writers.equals(last.get(uuid))) {
                remember(new Moment(now, volume, Set.copyOf(writers)));
                boolean forgiven = excused.containsAll(domains.getOrDefault(uuid, Set.of()))
                        && domains.getOrDefault(uuid, Set.of()).size() == 1;
                if (writers.size() > 1 && !forgiven && !writers.stream().allMatch(Writer::shareable)) {
                    violations.add("I0: at " + now + " " + volume + " could be written by "
                            + writers.stream().map(Writer::toString).collect(Collectors.joining(" and ")));
                }
            }
        });
        runningNow.forEach((domain, where) -> {
            if (where.size() > 1 && !where.equals(running.get(domain)) && !excused.contains(domain)) {
                violations.add("I0: at " + now + " domain " + domain + " ran on " + where);
            }
        });
        last.clear();
        last.putAll(writersNow);
        running.clear();
        running.putAll(runningNow);
        excused.removeIf(d -> hosts.stream().filter(h -> h.hasProcess(d)).count() < 2);
    }

    private void remember(Moment moment) {
        if (history.size() == REMEMBERED) {
            history.removeFirst();
        }
        history.addLast(moment);
    }

    /**
     * This domain may run twice as long as it has two processes: libvirt's own protocol made it so, or somebody by hand. That one of them is
     * suspended meanwhile is not the end of it.
     */
    void excuse(DomainUuid domain) {
        excused.add(domain);
    }

    /** Every time that two qemus could write one volume, or ran one domain, without an excuse. */
    public List<String> violations() {
        return cluster.look(() -> List.copyOf(violations));
    }

    /** The changes of one volume's writers, oldest first; an empty end of writing is not listed. */
    public List<Moment> history(Volume volume) {
        return cluster.look(
                () -> history.stream().filter(m -> m.volume().equals(volume)).toList());
    }

    /** Who could write the volume at this moment. */
    public Set<Writer> now(Volume volume) {
        return cluster.look(() -> Set.copyOf(last.getOrDefault(volume.uuid(), Set.of())));
    }
}
