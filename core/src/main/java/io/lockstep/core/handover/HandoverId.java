package io.lockstep.core.handover;

import java.util.UUID;

/** One handover, in the whole cluster and for ever. */
public record HandoverId(UUID value) implements Comparable<HandoverId> {

    /** @throws IllegalArgumentException when the text is not a UUID */
    public static HandoverId of(String text) {
        HandoverId id = new HandoverId(UUID.fromString(text));
        if (!id.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("\"" + text + "\" is not a handover's id");
        }
        return id;
    }

    @Override
    public int compareTo(HandoverId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
