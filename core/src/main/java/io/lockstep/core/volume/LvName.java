package io.lockstep.core.volume;

/** The name of a logical volume inside its volume group, in the characters that LVM accepts. */
public record LvName(String value) implements Comparable<LvName> {

    public LvName {
        LvmNames.check("logical volume", value);
    }

    @Override
    public int compareTo(LvName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
