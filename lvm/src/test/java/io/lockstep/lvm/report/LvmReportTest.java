package io.lockstep.lvm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.volume.VgName;
import io.lockstep.lvm.Recording;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LvmReportTest {

    @Test
    void a_recorded_report_gives_names_uuids_and_where_the_leases_are() throws Exception {
        List<LvRow> rows = LvmReport.parseVolumes(
                Recording.run("03-query", "h1", "lvs --reportformat json_std").out());
        assertThat(rows).extracting(r -> r.name().toString()).containsExactly("vg0/d1_a", "vg0/d1_b", "vg0/d2_a");
        assertThat(rows.getFirst().uuid().value()).isEqualTo("j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
        assertThat(rows)
                .extracting(LvRow::leaseOffset)
                .containsExactly(Optional.of(70254592L), Optional.of(71303168L), Optional.of(72351744L));
        assertThat(rows).extracting(LvRow::lockType).containsOnly("sanlock");
    }

    /** Layouts and roles as LVM's sources name them (lv_layout_and_role). */
    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource({
        "'\"linear\"', '\"public\"', linear, true",
        "'\"striped\"', '\"public\"', striped, true",
        "'\"linear\"', '\"public\",\"origin\",\"thickorigin\"', snapshot origin, false",
        "'\"linear\"', '\"public\",\"snapshot\",\"thicksnapshot\"', snapshot, false",
        "'\"linear\"', '\"public\",\"origin\",\"thinorigin\",\"externalorigin\"', external-origin, false",
        "'\"thin\",\"sparse\"', '\"public\"', thin, false",
        "'\"thin\",\"pool\"', '\"private\"', thin-pool, false",
        "'\"raid\",\"raid1\"', '\"public\"', raid1, false",
        "'\"cache\"', '\"public\"', cache, false",
        "'\"vdo\",\"sparse\"', '\"public\"', vdo, false",
        "'\"mirror\"', '\"public\"', mirror, false",
        "'', '', unknown, false",
    })
    void only_linear_and_striped_volumes_without_snapshots_can_be_shared(
            String layout, String role, String type, boolean shareable) throws Exception {
        LvRow row = row("d1", layout == null ? "" : layout, role == null ? "" : role, "", "");
        assertThat(row.type()).isEqualTo(type);
        assertThat(row.shareable()).isEqualTo(shareable);
    }

    @Test
    void a_thin_volume_is_locked_by_its_pool_and_a_snapshot_by_its_origin() throws Exception {
        String other = "CFsMzj-WNAG-qgf3-U44p-pYap-zWBk-pl3pcG";
        assertThat(row("th1", "\"thin\",\"sparse\"", "\"public\"", other, "")
                        .locked()
                        .value())
                .isEqualTo(other);
        assertThat(row("s", "\"linear\"", "\"public\",\"snapshot\",\"thicksnapshot\"", "", other)
                        .locked()
                        .value())
                .isEqualTo(other);
        assertThat(row("tp", "\"thin\",\"pool\"", "\"private\"", "", "").lockedByAnother())
                .isFalse();
        assertThat(row("c", "\"cache\"", "\"public\"", other, "").lockedByAnother())
                .isFalse();
    }

    @Test
    void internal_volumes_are_left_out_but_not_by_their_name() throws Exception {
        assertThat(LvmReport.parseVolumes(json("[lvmlock]", "", "", "", ""))).isEmpty();
        // Older LVM let people take such names.
        assertThat(LvmReport.parseVolumes(json("web_cpool", "", "", "", ""))).hasSize(1);
        assertThat(LvmReport.parseVolumes("{\"report\":[{\"lv\":[]}],\"log\":[]}"))
                .isEmpty();
    }

    /** As LVM 2.03.31 prints it: every value is a string, and a list is one with commas. */
    @Test
    void the_json_of_older_lvm_is_read_as_well() throws Exception {
        List<LvRow> rows = LvmReport.parseVolumes("""
                  {
                      "report": [
                          {
                              "lv": [
                                  {"vg_name":"vg0", "vg_uuid":"suPNll-eCKT-S2DY-uj8k-f6d8-ohTR-WYWoXB", "vg_lock_type":"sanlock", "lv_name":"snap_s", "lv_uuid":"yw3Zz3-MMDR-rCar-hVwL-uSvT-37cB-kOjD7X", "lv_layout":"linear", "lv_role":"public,snapshot,thicksnapshot", "lv_lockargs":"", "pool_lv_uuid":"", "origin_uuid":"69HYfd-dGx6-9hnu-tyVC-j77h-tSeh-NS9QVY"},
                                  {"vg_name":"vg0", "vg_uuid":"suPNll-eCKT-S2DY-uj8k-f6d8-ohTR-WYWoXB", "vg_lock_type":"sanlock", "lv_name":"thin1", "lv_uuid":"trJeml-J3nh-jzHC-2tlD-mhSR-lY3y-kJISFj", "lv_layout":"thin,sparse", "lv_role":"public", "lv_lockargs":"", "pool_lv_uuid":"WhIBSp-f1pc-4YSp-ydVZ-fWYV-c1hU-3IHy9n", "origin_uuid":""},
                                  {"vg_name":"vg0", "vg_uuid":"suPNll-eCKT-S2DY-uj8k-f6d8-ohTR-WYWoXB", "vg_lock_type":"sanlock", "lv_name":"tp", "lv_uuid":"WhIBSp-f1pc-4YSp-ydVZ-fWYV-c1hU-3IHy9n", "lv_layout":"thin,pool", "lv_role":"private", "lv_lockargs":"1.0.0:140509184", "pool_lv_uuid":"", "origin_uuid":""}
                              ]
                          }
                      ]
                      ,
                      "log": [
                      ]
                  }
                """);
        assertThat(rows).extracting(LvRow::type).containsExactly("snapshot", "thin", "thin-pool");
        assertThat(rows.get(1).locked()).isEqualTo(rows.get(2).uuid());
        assertThat(rows.get(2).leaseOffset()).contains(140509184L);
    }

    @Test
    void commands_ask_for_what_every_lvm_with_lvmlockd_has_and_for_its_own_words() {
        VgName vg = new VgName("vg0");
        assertThat(List.of(LvmReport.groups(), LvmReport.volumes(vg), LvmReport.volumesUnlocked(vg)))
                .allSatisfy(command -> {
                    assertThat(command.arguments()).containsSequence("--reportformat", "json", "-o");
                    assertThat(command.arguments())
                            .endsWith("--config", "log{command_names=0 prefix=\"  \" report_command_log=0}");
                    assertThat(command.toString()).doesNotContain("--config");
                });
    }

    @Test
    void shared_groups_are_those_with_a_lock_type() throws Exception {
        // In the form of a recorded report of volumes; none of groups was recorded.
        List<VgRow> rows = LvmReport.parseGroups("""
                {"report":[{"vg":[
                  {"vg_name":"vg0", "vg_uuid":"taWsEO-6izw-qj6Q-cJf0-3xIN-nKuu-x9I32r", "vg_lock_type":"sanlock"},
                  {"vg_name":"dl", "vg_uuid":"x", "vg_lock_type":"dlm"},
                  {"vg_name":"loc", "vg_uuid":"y", "vg_lock_type":""},
                  {"vg_name":"old", "vg_uuid":"z", "vg_lock_type":"none"}]}],"log":[]}
                """);
        assertThat(rows)
                .filteredOn(VgRow::shared)
                .extracting(VgRow::name)
                .containsExactly(new VgName("vg0"), new VgName("dl"));
    }

    @Test
    void what_is_no_report_is_no_answer() {
        for (String text : List.of("", "nonsense", "[]", "{}", "{\"report\":[{\"lv\":[{}]}]}")) {
            assertThatThrownBy(() -> LvmReport.parseVolumes(text))
                    .as(text)
                    .isInstanceOf(UnreadableOutputException.class);
        }
    }

    private static LvRow row(String name, String layout, String role, String pool, String origin) throws Exception {
        return LvmReport.parseVolumes(json(name, layout, role, pool, origin)).getFirst();
    }

    private static String json(String name, String layout, String role, String pool, String origin) {
        return """
                {"report":[{"lv":[{"vg_name":"vg0", "vg_uuid":"u", "vg_lock_type":"sanlock", "lv_name":"%s",
                "lv_uuid":"j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf", "lv_layout":[%s], "lv_role":[%s],
                "lv_lockargs":"", "pool_lv_uuid":"%s", "origin_uuid":"%s"}]}],"log":[]}
                """.formatted(name, layout, role, pool, origin);
    }
}
