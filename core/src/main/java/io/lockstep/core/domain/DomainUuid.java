package io.lockstep.core.domain;

import java.util.UUID;

/** A domain's identity in the whole cluster; its name is for people, and two hosts may use one name for two domains. */
public record DomainUuid(UUID value) implements Comparable<DomainUuid> {

    /** @throws IllegalArgumentException when the text is not a UUID in libvirt's form */
    public static DomainUuid of(String text) {
        // UUID.fromString also reads groups of other lengths and the digits of other scripts.
        DomainUuid uuid = new DomainUuid(UUID.fromString(text));
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("\"" + text + "\" is not a domain UUID");
        }
        return uuid;
    }

    /** In the order of their words, which is not that of {@link UUID#compareTo}. */
    @Override
    public int compareTo(DomainUuid other) {
        int first = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return first != 0
                ? first
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
