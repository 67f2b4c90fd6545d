package io.lockstep.proof.model;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.handover.Side;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeReading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** What an agent knows, in the words that the rules are written in: from the numbers of a world to the records of {@code core}. */
final class Knowledge {

    static final Volume VOLUME = Volume.of("vg0/disk", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
    static final HostName SOURCE = new HostName("source");
    static final HostName TARGET = new HostName("target");

    /** Every open handover was opened at this moment, and its time is over one minute later. */
    private static final Instant OPENED = Instant.EPOCH;

    private static final Instant SETTLES = OPENED.plus(Duration.ofMinutes(1));
    private static final String[] NAMES = {"web", "db"};
    private static final DomainUuid[] UUIDS = {
        DomainUuid.of("11111111-0000-0000-0000-000000000001"), DomainUuid.of("11111111-0000-0000-0000-000000000002")
    };

    private final Configuration configuration;

    Knowledge(Configuration configuration) {
        this.configuration = configuration;
    }

    static String name(int domain) {
        return NAMES[domain];
    }

    static DomainUuid uuid(int domain) {
        return UUIDS[domain];
    }

    static HandoverId id(int handover) {
        return new HandoverId(new UUID(0, handover));
    }

    /** What the domain uses. */
    DomainClaims wanted(int domain) {
        return DomainClaims.of(
                uuid(domain), name(domain), Map.of(VOLUME, configuration.modes().get(domain)));
    }

    Optional<DomainClaims> claims(int domain, Claim claim, int open) {
        return switch (claim) {
            case NONE -> Optional.empty();
            case OWN -> Optional.of(wanted(domain));
            case UNDER_HANDOVER -> Optional.of(wanted(domain).under(Optional.of(id(open))));
        };
    }

    Optional<DomainClaims> claims(World world, int host, int domain) {
        return claims(domain, world.claim(host, domain), world.open(host, domain));
    }

    static Claim claim(Optional<DomainClaims> claims) {
        return claims.map(c -> c.under().isPresent() ? Claim.UNDER_HANDOVER : Claim.OWN)
                .orElse(Claim.NONE);
    }

    List<DomainClaims> claims(World world, int host) {
        List<DomainClaims> all = new ArrayList<>();
        for (int domain = 0; domain < configuration.domains(); domain++) {
            claims(world, host, domain).ifPresent(all::add);
        }
        return all;
    }

    /** The handover as the state file has it: a reservation that ran out is still pending there, and the clock says the rest. */
    static Optional<OpenHandover> handover(World world, int host, int domain) {
        Part part = world.part(host, domain);
        if (part == Part.NONE) {
            return Optional.empty();
        }
        OpenHandover open = new OpenHandover(
                id(world.open(host, domain)),
                new Epoch(world.epoch(host, domain)),
                uuid(domain),
                name(domain),
                part.side,
                part.side == Side.SOURCE ? TARGET : SOURCE,
                new TreeSet<>(Set.of(VOLUME)),
                part.reservation,
                OPENED,
                SETTLES);
        return Optional.of(part == Part.SOURCE_ALONE ? open.withoutTarget() : open);
    }

    /** The same at the moment that the part stands for. */
    static Optional<OpenHandover> handoverNow(World world, int host, int domain) {
        return handover(world, host, domain).map(h -> h.at(now(world.part(host, domain))));
    }

    List<OpenHandover> handovers(World world, int host) {
        List<OpenHandover> all = new ArrayList<>();
        for (int domain = 0; domain < configuration.domains(); domain++) {
            handoverNow(world, host, domain).ifPresent(all::add);
        }
        return all;
    }

    static Instant now(Part part) {
        return part.settled ? SETTLES : OPENED;
    }

    static OwnObservation observation(World world, int host, int domain) {
        return new OwnObservation(world.sight(host, domain), world.looks(host, domain), false);
    }

    static Set<Volume> ours(World world, int host) {
        return world.ours(host) ? Set.of(VOLUME) : Set.of();
    }

    static VgReading reading(World world, int host) {
        LockMode lock = world.lock(host);
        boolean active = lock != LockMode.UNLOCKED;
        return new VgReading(
                VOLUME.vg(),
                new LockspaceState.Live(new HostId(1), new Generation(1)),
                active ? List.of(new VolumeReading(VOLUME, lock, true, world.open(host))) : List.of());
    }

    static Map<Volume, LockMode> modes(DomainClaims claims) {
        return new TreeMap<>(claims.modes());
    }
}
