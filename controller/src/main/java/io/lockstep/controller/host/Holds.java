package io.lockstep.controller.host;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.VolumeLock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Tells the history what each host holds, from the inventories that the hosts stream: when it is heard first, and whenever it has
 * changed. An inventory that cannot be read as locks changes nothing.
 */
public final class Holds implements HostListener {

    private static final Logger LOG = Logger.getLogger(Holds.class);

    private final HostHistory history;
    private final Map<HostName, Told> told = new ConcurrentHashMap<>();

    public Holds(HostHistory history) {
        this.history = history;
    }

    /** What the history knows, and the words of the inventory that said it. */
    private record Told(List<VolumeLock> locks, List<Claim> claims, List<Hold> holds) {
        private boolean same(io.lockstep.proto.v1.Inventory message) {
            return locks.equals(message.getLocksList()) && claims.equals(message.getClaimsList());
        }
    }

    @Override
    public void inventory(Inventory inventory, Instant receivedAt) {
        io.lockstep.proto.v1.Inventory message = inventory.message();
        Told before = told.get(inventory.host());
        // Most inventories say what the last one said.
        if (before != null && before.same(message)) {
            // The same words, but those of the inventory that is kept anyway.
            told.put(inventory.host(), new Told(message.getLocksList(), message.getClaimsList(), before.holds()));
            return;
        }
        List<Hold> now;
        try {
            now = of(message);
        } catch (IllegalArgumentException e) {
            LOG.warnf("what %s holds cannot be kept: %s", inventory.host(), e.getMessage());
            return;
        }
        told.put(inventory.host(), new Told(message.getLocksList(), message.getClaimsList(), now));
        if (before == null || !before.holds().equals(now)) {
            history.holds(inventory.host(), Protos.time(message.getAt()), now);
        }
    }

    private static List<Hold> of(io.lockstep.proto.v1.Inventory message) {
        Map<Volume, SortedSet<String>> claims = message.getClaimsList().stream()
                .collect(Collectors.groupingBy(
                        c -> Protos.volume(c.getVolume()),
                        Collectors.mapping(Claim::getDomainName, Collectors.toCollection(TreeSet::new))));
        return message.getLocksList().stream()
                .map(lock -> hold(lock, claims))
                .filter(h -> h.mode() != LockMode.UNLOCKED)
                .sorted(Comparator.comparing(Hold::volume))
                .toList();
    }

    private static Hold hold(VolumeLock lock, Map<Volume, SortedSet<String>> claims) {
        Volume volume = Protos.volume(lock.getVolume());
        return new Hold(
                volume,
                Protos.mode(lock.getMode()),
                claims.getOrDefault(volume, new TreeSet<>()),
                lock.hasSince() ? Optional.of(Protos.time(lock.getSince())) : Optional.empty());
    }
}
