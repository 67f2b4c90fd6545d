package io.lockstep.agent.lane;

import io.lockstep.core.volume.Volume;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The volumes of a group that nobody needs any more, by somebody's word: they are released without looking twice. A word is no order:
 * a volume that is claimed again meanwhile is not released.
 *
 * <p>Safe for many threads: anybody adds, passes take away.
 */
final class Unneeded {

    private final Set<Volume> volumes = ConcurrentHashMap.newKeySet();
    /** Those that no pass has seen yet: their user has only just gone, and they may still be open for a moment. */
    private final Set<Volume> justLeft = ConcurrentHashMap.newKeySet();

    /** @return whether one of them is news */
    boolean add(Stream<Volume> unneeded) {
        return unneeded.filter(volumes::add).count() > 0;
    }

    /** A guest has used them until this moment. */
    void left(Set<Volume> left) {
        volumes.addAll(left);
        justLeft.addAll(left);
    }

    /** The volumes that have been left since this was asked last. */
    Set<Volume> takeJustLeft() {
        Set<Volume> taken = new HashSet<>(justLeft);
        justLeft.removeAll(taken);
        return taken;
    }

    boolean contains(Volume volume) {
        return volumes.contains(volume);
    }

    Set<Volume> all() {
        return Set.copyOf(volumes);
    }

    void remove(Volume volume) {
        volumes.remove(volume);
    }

    void removeIf(Predicate<Volume> over) {
        volumes.removeIf(over);
    }
}
