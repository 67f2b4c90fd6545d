package io.lockstep.core.volume;

/** The name of a volume group, in the characters that LVM accepts; so it can stand in an argument vector. */
public record VgName(String value) implements Comparable<VgName> {

    public VgName {
        LvmNames.check("volume group", value);
    }

    @Override
    public int compareTo(VgName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
