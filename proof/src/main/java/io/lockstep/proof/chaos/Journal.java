package io.lockstep.proof.chaos;

import io.lockstep.proof.chaos.world.Timeline;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What happened in a run: all of it in one number, which is the same whenever the run is; the latest of it in words. */
final class Journal {

    private static final int REMEMBERED = 60;
    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Timeline timeline;
    private final SortedMap<String, Long> counts = new TreeMap<>();
    private final Deque<String> latest = new ArrayDeque<>();
    private long hash = FNV_BASIS;

    Journal(Timeline timeline) {
        this.timeline = timeline;
    }

    void count(String kind) {
        counts.merge(kind, 1L, Long::sum);
    }

    void tell(String what) {
        long millis = timeline.elapsed().toMillis();
        String line = "%d.%03d s  %s%s"
                .formatted(millis / 1000, millis % 1000, "  ".repeat(Math.min(timeline.depth(), 8)), what);
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * FNV_PRIME;
        }
        if (latest.size() == REMEMBERED) {
            latest.removeFirst();
        }
        latest.addLast(line);
    }

    long hash() {
        return hash;
    }

    SortedMap<String, Long> counts() {
        return counts;
    }

    List<String> latest() {
        return List.copyOf(latest);
    }
}
