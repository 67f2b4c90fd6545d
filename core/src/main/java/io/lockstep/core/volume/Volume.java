package io.lockstep.core.volume;

/**
 * A logical volume of a shared volume group.
 *
 * <p>Two values are the same volume when their UUIDs are equal: a renamed volume stays itself, and one that was removed
 * and made again under the same name is another.
 */
public record Volume(VolumeName name, LvUuid uuid) implements Comparable<Volume> {

    public static Volume of(String name, String uuid) {
        return new Volume(VolumeName.of(name), new LvUuid(uuid));
    }

    public VgName vg() {
        return name.vg();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Volume volume && volume.uuid.equals(uuid);
    }

    @Override
    public int hashCode() {
        return uuid.hashCode();
    }

    /** By UUID, as equality is: in a sorted map a renamed volume stays where it was. */
    @Override
    public int compareTo(Volume other) {
        return uuid.compareTo(other.uuid);
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
