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
    /** The last inventory that could be read as locks; the history knows what it says. */
    private final Map<HostName, io.lockstep.proto.v1.Inventory> told = new ConcurrentHashMap<>();

    public Holds(HostHistory history) {
        this.history = history;
    }

    @Override
    public void inventory(Inventory inventory, Instant receivedAt) {
        io.lockstep.proto.v1.Inventory now = inventory.message();
        io.lockstep.proto.v1.Inventory before = told.get(inventory.host());
        try {
            // Most inventories say what the last one said, and then nothing has to be read.
            if (before == null || !sameWords(before, now)) {
                List<Hold> holds = of(now);
                if (before == null || !of(before).equals(holds)) {
                    history.holds(inventory.host(), Protos.time(now.getAt()), holds);
                }
            }
        } catch (IllegalArgumentException e) {
            LOG.warnf("what %s holds cannot be kept: %s", inventory.host(), e.getMessage());
            return;
        }
        // The one that is kept anyway: a former one is let go.
        told.put(inventory.host(), now);
    }

    private static boolean sameWords(io.lockstep.proto.v1.Inventory before, io.lockstep.proto.v1.Inventory now) {
        return before.getLocksList().equals(now.getLocksList())
                && before.getClaimsList().equals(now.getClaimsList());
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
