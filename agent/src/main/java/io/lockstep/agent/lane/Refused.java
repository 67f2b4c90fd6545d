package io.lockstep.agent.lane;

import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The volumes of a group whose last request was refused, and when each may be asked for again.
 *
 * <p>Guarantee: a volume stays here while something of a request may still be carried out, so that a lock that comes late is known to
 * be ours. Safe for many threads: passes write, anybody reads and wakes.
 */
final class Refused {

    /** Longer than a command may take before it is killed, and its killing (15 s + 5 s), with room. */
    private static final Duration AFTERMATH = Duration.ofMinutes(1);

    private final Map<Volume, Backoff> backoffs = new ConcurrentHashMap<>();

    boolean contains(Volume volume) {
        return backoffs.containsKey(volume);
    }

    /** Why a volume was refused last; empty when it was not. */
    Optional<LockResult> refusal(Volume volume) {
        return Optional.ofNullable(backoffs.get(volume)).map(Backoff::refusal);
    }

    /** Whether it is too early to ask again for a volume unless somebody waits for it. */
    boolean tooEarly(Volume volume, Instant now) {
        Backoff backoff = backoffs.get(volume);
        return backoff != null && !backoff.due(now);
    }

    /** A request has been answered. */
    void saw(Volume volume, LockResult result, Instant now) {
        if (result instanceof LockResult.Granted) {
            backoffs.remove(volume);
        } else {
            backoffs.compute(volume, (v, b) -> b == null ? Backoff.first(result, now) : b.again(result, now));
        }
    }

    /** Something has changed: these volumes are asked for again at once. */
    void wake(Set<Volume> volumes, Instant now) {
        // What may still be carried out is not forgotten: its lock would be taken for somebody else's when it comes.
        volumes.forEach(v -> backoffs.computeIfPresent(v, (u, b) -> b.refusal().mayStillCome() ? b.dueAt(now) : null));
    }

    /**
     * Forgets what nobody needs any more, once nothing can come of its request.
     *
     * @param free whether no lock of a volume is held here
     * @param answering whether the lock manager's commands end
     */
    void forget(Set<Volume> needed, Predicate<Volume> free, boolean answering, Instant now) {
        backoffs.entrySet()
                .removeIf(e -> !needed.contains(e.getKey()) && over(e.getKey(), e.getValue(), free, answering, now));
    }

    private static boolean over(
            Volume volume, Backoff backoff, Predicate<Volume> free, boolean answering, Instant now) {
        return switch (backoff.refusal()) {
            // A command that did not end may still be carried out; once LVM has answered again for a while, it will not
            // be.
            case LockResult.Stuck _, LockResult.Unknown _ ->
                answering && !now.isBefore(backoff.retryAt().plus(AFTERMATH)) && free.test(volume);
            case LockResult.Granted _, LockResult.NoSuchVolume _ -> true;
            case LockResult.HeldElsewhere _,
                    LockResult.InUse _,
                    LockResult.NotShareable _,
                    LockResult.NotActivated _,
                    LockResult.LockspaceDown _ -> free.test(volume);
        };
    }
}
