package io.lockstep.core.volume;

/** How often a host_id has joined its lockspace: whatever an earlier generation held is gone. */
public record Generation(long value) implements Comparable<Generation> {

    public Generation {
        if (value < 0) {
            throw new IllegalArgumentException("a generation is not negative: " + value);
        }
    }

    @Override
    public int compareTo(Generation other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
