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
    void internal_volumes_are_left_out() throws Exception {
        assertThat(LvmReport.parseVolumes(json("[lvmlock]", "", "", "", ""))).isEmpty();
        assertThat(LvmReport.parseVolumes(json("tp_tdata", "", "", "", ""))).isEmpty();
        assertThat(LvmReport.parseVolumes("{\"report\":[{\"lv\":[]}],\"log\":[]}"))
                .isEmpty();
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
