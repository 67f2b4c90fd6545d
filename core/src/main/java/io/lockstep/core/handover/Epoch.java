package io.lockstep.core.handover;

/**
 * The order of one domain's handovers. It belongs to the domain, and both agents keep the highest one they have seen: a command
 * with a lower epoch comes from the past and is refused.
 */
public record Epoch(long value) implements Comparable<Epoch> {

    /** Before a domain's first handover. */
    public static final Epoch NONE = new Epoch(0);

    /** More than a domain will ever have, and far from where counting on would fail. */
    private static final long MOST = 1L << 53;

    public Epoch {
        if (value < 0 || value > MOST) {
            throw new IllegalArgumentException("an epoch is between 0 and " + MOST + ": " + value);
        }
    }

    public Epoch next() {
        return new Epoch(value + 1);
    }

    public Epoch highest(Epoch other) {
        return compareTo(other) >= 0 ? this : other;
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
