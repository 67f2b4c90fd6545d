package io.lockstep.proof.model;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.reconcile.Correction;
import io.lockstep.core.rule.ClaimRules;
import io.lockstep.core.rule.HandoverStep;
import io.lockstep.core.rule.ShareRules;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The rules' answers to what one host knows.
 *
 * <p>The rules are functions, and a host knows few different things: each question is put to them once.
 */
@SuppressWarnings("EnumOrdinal") // the numbers never leave the process
final class Decisions {

    private final Rules rules;
    private final Knowledge knowledge;
    private final Configuration configuration;
    private final Map<Long, Decided> decided = new HashMap<>();
    private final Map<Long, Boolean> conflicting = new HashMap<>();
    private final Map<Long, Optional<LockMode>> contents = new HashMap<>();
    private final Map<Long, ShareRules.Decision> shares = new HashMap<>();
    private final Map<Long, Integer> ended = new HashMap<>();
    private final OwnDomain[] own = new OwnDomain[Guest.values().length];
    private final Map<Long, Boolean> alarms = new HashMap<>();

    Decisions(Rules rules, Configuration configuration) {
        this.rules = rules;
        this.configuration = configuration;
        this.knowledge = new Knowledge(configuration);
        for (Guest guest : Guest.values()) {
            own[guest.ordinal()] = rules.own(guest.shown(), guest.job());
        }
    }

    /** One domain's part in what a host does next. */
    record OfDomain(
            Optional<HandoverStep.Action> step,
            Optional<SideProgress> closing,
            boolean beginByLooking,
            boolean endByLooking) {}

    /**
     * @param needed whether anything needs the volume here
     * @param correction the mode that the lane asks for
     */
    record Decided(boolean needed, Optional<LockMode> correction, List<OfDomain> domains) {}

    Rules rules() {
        return rules;
    }

    /** What the host does next, of itself. */
    Decided of(World world, int host) {
        long key = world.lock(host).ordinal();
        key = key << 1 | (world.ours(host) ? 1 : 0);
        key = key << 1 | (world.open(host) ? 1 : 0);
        for (int domain = 0; domain < configuration.domains(); domain++) {
            key = key << 4 | world.sight(host, domain).ordinal();
            key = key << 2 | world.looks(host, domain);
            key = key << 5 | handoverKey(world, host, domain);
        }
        return memo(decided, key, () -> decide(world, host));
    }

    private Decided decide(World world, int host) {
        List<DomainClaims> claims = knowledge.claims(world, host);
        List<ClaimRules.Settling> settling = new ArrayList<>();
        List<Optional<HandoverStep.Action>> actions = new ArrayList<>();
        for (int domain = 0; domain < configuration.domains(); domain++) {
            Optional<HandoverStep.Action> action = next(world, host, domain);
            actions.add(action);
            if (action.isPresent()) {
                settling.add(new ClaimRules.Settling(
                        Knowledge.handoverNow(world, host, domain).orElseThrow(), action.get()));
            }
        }
        SortedMap<Volume, Need> needs = rules.needs(claims, settling);
        Set<Volume> ours = Knowledge.ours(world, host);
        Optional<LockMode> correction = rules.plan(Knowledge.reading(world, host), needs, ours).corrections().stream()
                .map(Correction::to)
                .findFirst();
        List<OfDomain> domains = new ArrayList<>();
        for (int domain = 0; domain < configuration.domains(); domain++) {
            Optional<OpenHandover> open = Knowledge.handover(world, host, domain);
            Optional<DomainClaims> own = knowledge.claims(world, host, domain);
            Optional<SideProgress> closing = actions.get(domain)
                    .flatMap(action -> rules.closing(
                            action,
                            open.orElseThrow(),
                            own,
                            needs,
                            ours,
                            volume -> Knowledge.reading(world, host).mode(volume)));
            domains.add(new OfDomain(
                    actions.get(domain),
                    closing,
                    own.isEmpty() && rules.beginByLooking(Knowledge.observation(world, host, domain)),
                    own.isPresent()
                            && rules.endByLooking(Knowledge.observation(world, host, domain), open.isPresent())));
        }
        return new Decided(needs.containsKey(Knowledge.VOLUME), correction, List.copyOf(domains));
    }

    private Optional<HandoverStep.Action> next(World world, int host, int domain) {
        return Knowledge.handover(world, host, domain)
                .map(open -> rules.next(
                                open,
                                knowledge.claims(world, host, domain),
                                Knowledge.observation(world, host, domain),
                                Knowledge.now(world.part(host, domain)))
                        .action());
    }

    /** Whether another domain of the host excludes what this one wants. */
    boolean conflicting(World world, int host, int domain) {
        return memo(
                conflicting,
                stateKey(world, host) << 1 | domain,
                () -> !rules.conflicts(
                                knowledge.claims(world, host),
                                knowledge.handovers(world, host),
                                knowledge.wanted(domain))
                        .isEmpty());
    }

    /** Whether this prepare is that of the incoming migration. */
    boolean incoming(World world, int host, int domain, boolean marked) {
        return rules.incoming(
                        Knowledge.handoverNow(world, host, domain), true, marked, knowledge.claims(world, host, domain))
                .isPresent();
    }

    /** The mode with which a prepare is content whose claim is recorded. */
    LockMode content(World world, int host, int domain) {
        long key = stateKey(world, host) << 1 | domain;
        return memo(contents, key, () -> {
                    // What the call consumed; a Share that came since makes it content with nothing less.
                    Optional<OpenHandover> under = world.claim(host, domain) == Claim.UNDER_HANDOVER
                                    && !world.part(host, domain).source()
                            ? Knowledge.handoverNow(world, host, domain)
                            : Optional.empty();
                    Map<Volume, LockMode> wanted = Knowledge.modes(knowledge.wanted(domain));
                    return Optional.of(rules.content(wanted, under).getOrDefault(Knowledge.VOLUME, LockMode.UNLOCKED));
                })
                .orElseThrow();
    }

    /** What a source answers to a Share. */
    ShareRules.Decision share(World world, int handover) {
        int host = world.shareSource(handover);
        int domain = world.shareDomain(handover);
        long key = handoverKey(world, host, domain);
        key = key << 2 | world.open(host, domain);
        key = key << 2 | world.epoch(host, domain);
        key = key << 2 | world.shareEpoch(handover);
        key = key << 2 | handover;
        key = key << 1 | domain;
        return memo(
                shares,
                key,
                () -> rules.share(
                        Knowledge.id(handover + 1),
                        new Epoch(world.shareEpoch(handover)),
                        Knowledge.handover(world, host, domain),
                        new Epoch(world.epoch(host, domain)),
                        knowledge.claims(world, host, domain)));
    }

    int highest(int known, int opened) {
        return (int) rules.highest(new Epoch(known), new Epoch(opened)).value();
    }

    /** The domains whose claims a release hook ends, as bits. */
    int ended(World world, int host, int released) {
        return memo(ended, stateKey(world, host) << 1 | released, () -> {
            Set<DomainUuid> gone = new HashSet<>(rules.ended(Knowledge.uuid(released), knowledge.claims(world, host)));
            int bits = 0;
            for (int domain = 0; domain < configuration.domains(); domain++) {
                bits |= gone.contains(Knowledge.uuid(domain)) ? 1 << domain : 0;
            }
            return bits;
        });
    }

    Claim undone(World world, int host, int domain) {
        Claim before = world.before(host, domain);
        Optional<DomainClaims> claims = knowledge.claims(domain, before, Math.max(1, world.open(host, domain)));
        Claim undone = Knowledge.claim(
                rules.undone(claims, knowledge.claims(world, host, domain).orElseGet(() -> knowledge.wanted(domain))));
        // The handover may have closed meanwhile: then nothing stands under it any more.
        return undone == Claim.UNDER_HANDOVER && world.part(host, domain) == Part.NONE ? Claim.OWN : undone;
    }

    boolean acquired() {
        return rules.acquired(new TreeSet<>(Set.of(Knowledge.VOLUME))).contains(Knowledge.VOLUME);
    }

    /** What a look at this guest shows. */
    OwnDomain own(Guest guest) {
        return own[guest.ordinal()];
    }

    /** Whether looks at a target and a source in turn, as often as given here, still are those of a double run. */
    boolean mayBeDoubleRun(int looks, OwnDomain latest) {
        return memo(alarms, (long) looks << 4 | latest.ordinal(), () -> {
            OwnDomain[] four = {OwnDomain.ACTIVE, OwnDomain.ACTIVE, OwnDomain.ACTIVE, OwnDomain.ACTIVE};
            four[looks] = latest;
            return doubleRun(four[0], four[1], four[2], four[3]);
        });
    }

    boolean doubleRun(OwnDomain target1, OwnDomain source1, OwnDomain target2, OwnDomain source2) {
        return rules.doubleRun(
                        new Look(Knowledge.TARGET, target1),
                        new Look(Knowledge.SOURCE, source1),
                        new Look(Knowledge.TARGET, target2),
                        new Look(Knowledge.SOURCE, source2))
                .isPresent();
    }

    boolean leftOver(OwnDomain target, OwnDomain source) {
        return rules.leftOver(new Look(Knowledge.TARGET, target), new Look(Knowledge.SOURCE, source))
                .isPresent();
    }

    /** Claims and handovers of a host. */
    private long stateKey(World world, int host) {
        long key = 0;
        for (int domain = 0; domain < configuration.domains(); domain++) {
            key = key << 5 | handoverKey(world, host, domain);
        }
        return key;
    }

    private static long handoverKey(World world, int host, int domain) {
        return (long) world.claim(host, domain).ordinal() << 3
                | world.part(host, domain).ordinal();
    }

    private static <T> T memo(Map<Long, T> answers, long key, Supplier<T> question) {
        T known = answers.get(key);
        if (known != null) {
            return known;
        }
        T answer = question.get();
        answers.put(key, answer);
        return answer;
    }
}
