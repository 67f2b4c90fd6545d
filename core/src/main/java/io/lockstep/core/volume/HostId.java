package io.lockstep.core.volume;

/** A host's number in a sanlock lockspace, 1 to 2000. */
public record HostId(int value) implements Comparable<HostId> {

    public HostId {
        if (value < 1 || value > 2000) {
            throw new IllegalArgumentException("host_id " + value + " is not in 1 to 2000");
        }
    }

    @Override
    public int compareTo(HostId other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "host_id " + value;
    }
}
