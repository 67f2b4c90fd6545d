package io.lockstep.service.action;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/**
 * Something that was done, or refused, because a person asked for it. Texts are empty where nothing is to be said.
 *
 * @param id made up where it was done; what is told twice is kept once
 * @param at by the clock of whoever carried it out
 * @param requestedBy the person, as the caller named them
 * @param action what: acquire, release, forget, …
 * @param host on or to which it was done
 * @param domain its name or UUID
 * @param volumes their names, {@code VG/LV}
 * @param reason why, in the person's words
 * @param result what became of it
 */
public record ManualAction(
        UUID id,
        Instant at,
        String requestedBy,
        String action,
        String host,
        String domain,
        List<String> volumes,
        String reason,
        String result) {

    public ManualAction {
        at = at.truncatedTo(ChronoUnit.MICROS);
        volumes = List.copyOf(volumes);
    }

    /** One that concerns no domain and no volume yet. */
    public static ManualAction of(
            Instant at, String requestedBy, String action, String host, String reason, String result) {
        return new ManualAction(UUID.randomUUID(), at, requestedBy, action, host, "", List.of(), reason, result);
    }

    public ManualAction domain(String name) {
        return new ManualAction(id, at, requestedBy, action, host, name, volumes, reason, result);
    }

    public ManualAction volumes(List<String> names) {
        return new ManualAction(id, at, requestedBy, action, host, domain, names, reason, result);
    }
}
