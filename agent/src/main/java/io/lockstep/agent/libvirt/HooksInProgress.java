package io.lockstep.agent.libvirt;

import io.lockstep.core.domain.DomainUuid;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which domains' hooks run now, and which ended since a look began: what libvirt says of those in between proves nothing. A disk that
 * is being attached counts as a hook: its claim is there before libvirt shows the disk.
 */
public final class HooksInProgress {

    private final AtomicLong time = new AtomicLong();
    private final Map<DomainUuid, Integer> running = new ConcurrentHashMap<>();
    private final Map<DomainUuid, Long> ended = new ConcurrentHashMap<>();

    /** A moment to compare with later; not a clock's. */
    long now() {
        return time.get();
    }

    /** Marks a hook of the domain as in progress until it is closed. */
    public Progress begin(DomainUuid domain) {
        running.merge(domain, 1, Integer::sum);
        return () -> {
            ended.put(domain, time.incrementAndGet());
            running.computeIfPresent(domain, (d, n) -> n > 1 ? n - 1 : null);
        };
    }

    /** Whether a hook of the domain runs, or ended after {@code moment}. */
    boolean since(DomainUuid domain, long moment) {
        return running.containsKey(domain) || ended.getOrDefault(domain, -1L) > moment;
    }

    /** Closed when the hook is answered. */
    public interface Progress extends AutoCloseable {
        @Override
        void close();
    }
}
