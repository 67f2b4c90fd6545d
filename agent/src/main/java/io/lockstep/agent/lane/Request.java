package io.lockstep.agent.lane;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who waits for volumes to be brought to what the claims need. It carries no order: what is done is computed from the
 * claims; it only says which volumes the waiting is about, and with which mode it is content.
 */
final class Request {

    private final SortedMap<Volume, LockMode> content;
    private volatile @Nullable Settled results;

    Request(Map<Volume, LockMode> content) {
        this.content = Collections.unmodifiableSortedMap(new TreeMap<>(content));
    }

    SortedMap<Volume, LockMode> content() {
        return content;
    }

    @Nullable
    Settled results() {
        return results;
    }

    void answer(Settled answer) {
        results = answer;
    }
}
