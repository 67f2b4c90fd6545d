package io.lockstep.core.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.rule.MigrationRules.Source;
import io.lockstep.core.rule.MigrationRules.Target;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MigrationRulesTest {

    private static final HostName H1 = new HostName("h1");
    private static final HostName H2 = new HostName("h2");
    private static final HostName H3 = new HostName("h3");
    private static final VgName VG = new VgName("vg0");
    private static final Volume ROOT =
            new Volume(VolumeName.of("vg0/root"), new LvUuid("AAAAAA-BBBB-CCCC-DDDD-EEEE-FFFF-000001"));
    private static final VolumeInfo LINEAR = new VolumeInfo(ROOT, true, "linear");

    private static Source source(
            OwnDomain own, Optional<HandoverId> handover, Enforcement enforcement, VolumeInfo... volumes) {
        return new Source(H1, "web", own, handover, enforcement, List.of(volumes));
    }

    private static Source runs(VolumeInfo... volumes) {
        return source(OwnDomain.ACTIVE, Optional.empty(), Enforcement.ENFORCE, volumes);
    }

    static Stream<Arguments> sources() {
        Optional<HandoverId> none = Optional.empty();
        return Stream.of(
                arguments("runs, linear", runs(LINEAR), ""),
                arguments("no volume of ours", runs(), ""),
                arguments("observed", source(OwnDomain.ACTIVE, none, Enforcement.OBSERVE, LINEAR), ""),
                arguments(
                        "off", source(OwnDomain.ACTIVE, none, Enforcement.OFF, LINEAR), "Lockstep is off for it on h1"),
                arguments(
                        "thin",
                        runs(new VolumeInfo(ROOT, false, "thin")),
                        "vg0/root: LVM cannot share a volume of type thin"),
                arguments(
                        "origin of a snapshot",
                        runs(LINEAR, new VolumeInfo(ROOT, false, "snapshot origin")),
                        "type snapshot origin"),
                arguments(
                        "handover open",
                        source(
                                OwnDomain.ACTIVE,
                                Optional.of(new HandoverId(new UUID(0, 7))),
                                Enforcement.ENFORCE,
                                LINEAR),
                        "00000000-0000-0000-0000-000000000007 of it is still open"),
                arguments("silent", source(OwnDomain.UNKNOWN, none, Enforcement.ENFORCE), "does not tell of it"),
                arguments("absent", source(OwnDomain.ABSENT, none, Enforcement.ENFORCE), "it does not run on h1"),
                arguments("migrating", source(OwnDomain.OUTGOING, none, Enforcement.ENFORCE), "is under way"),
                arguments("starting", source(OwnDomain.STARTING, none, Enforcement.ENFORCE), "just starting"),
                arguments(
                        "left over",
                        source(OwnDomain.PAUSED_MIGRATING, none, Enforcement.ENFORCE),
                        "lockstepctl alarms"),
                arguments("post-copy", source(OwnDomain.POST_COPY, none, Enforcement.ENFORCE), "post-copy"),
                arguments(
                        "post-copy failed",
                        source(OwnDomain.POST_COPY_FAILED, none, Enforcement.ENFORCE),
                        "--postcopy-resume"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sources")
    void a_source_gives_a_domain_away_or_says_why_not(String row, Source source, String reason) {
        check(MigrationRules.atSource(source), reason);
    }

    private static void check(List<String> reasons, String reason) {
        if (reason.isEmpty()) {
            assertThat(reasons).isEmpty();
        } else {
            assertThat(reasons).singleElement().asString().contains(reason);
        }
    }

    private static Target target(HostName host, boolean fresh, boolean answers, String uri, Enforcement enforcement) {
        return new Target(
                host,
                fresh,
                answers,
                uri,
                Optional.of(enforcement),
                Map.of(VG, Optional.empty()),
                answers ? OwnDomain.ABSENT : OwnDomain.UNKNOWN);
    }

    private static Target with(Map<VgName, Optional<String>> lockspaces, OwnDomain own) {
        return new Target(H2, true, true, "qemu+ssh://h2/system", Optional.of(Enforcement.ENFORCE), lockspaces, own);
    }

    static Stream<Arguments> targets() {
        String uri = "qemu+ssh://h2/system";
        return Stream.of(
                arguments("healthy", target(H2, true, true, uri, Enforcement.ENFORCE), ""),
                arguments("observed", target(H2, true, true, uri, Enforcement.OBSERVE), ""),
                arguments("same host", target(H1, true, true, uri, Enforcement.ENFORCE), "it runs on h1 already"),
                arguments("unknown", target(H2, false, false, "", Enforcement.OFF), "h2 is unknown at the moment"),
                arguments("libvirt silent", target(H2, true, false, uri, Enforcement.ENFORCE), "libvirt on h2"),
                arguments("older agent", target(H2, true, true, "", Enforcement.ENFORCE), "it is an older one"),
                arguments("off", target(H2, true, true, uri, Enforcement.OFF), "Lockstep is off on h2"),
                arguments("there too", with(Map.of(VG, Optional.empty()), OwnDomain.ACTIVE), "active on h2 as well"),
                arguments("no such group", with(Map.of(), OwnDomain.ABSENT), "h2 does not have volume group vg0"),
                arguments(
                        "lockspace down",
                        with(Map.of(VG, Optional.of("not started")), OwnDomain.ABSENT),
                        "the lockspace of vg0 is not live on h2 (not started): vgchange --lock-start vg0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void a_target_takes_a_domain_or_says_why_not(String row, Target target, String reason) {
        check(MigrationRules.atTarget(H1, new TreeSet<>(Set.of(VG)), target), reason);
    }

    @Test
    void what_moves_goes_to_the_host_with_the_fewest_domains_and_counts_there() {
        Spread spread = new Spread(new TreeMap<>(Map.of(H2, 3, H3, 1)));

        assertThat(spread.emptiest(List.of(H2, H3))).contains(H3);
        assertThat(spread.and(H3).and(H3).emptiest(List.of(H3, H2))).contains(H2);
        assertThat(spread.emptiest(List.of(H2))).contains(H2);
        assertThat(spread.emptiest(List.of(H1, H2, H3)))
                .as("a host that has none")
                .contains(H1);
        assertThat(spread.emptiest(List.of())).isEmpty();
    }
}
