package io.lockstep.core.handover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.Recordings;
import io.lockstep.core.domain.DomainXml;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandoverTokenTest {

    private static final HandoverId ID = HandoverId.of("22222222-0000-0000-0000-000000000002");
    private static final HandoverId NEWER = HandoverId.of("33333333-0000-0000-0000-000000000003");
    private static final String TOKEN = "<lockstep:handover xmlns:lockstep='urn:lockstep:v1' id='" + ID + "'/>";
    private static final String UUID = "<uuid>11111111-0000-0000-0000-000000000001</uuid>";

    @Test
    void the_recorded_migrate_gets_the_token_and_keeps_every_other_byte() {
        String xml = Recordings.documents().get("migrate");
        String added = "\n  <metadata>" + TOKEN + "</metadata>";
        String with = insert(xml, ID);
        assertThat(with).contains("</uuid>" + added + "\n  <memory");
        assertThat(with.replace(added, "")).isEqualTo(xml);
        assertThat(token(with)).isEqualTo(ID);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    <domain>U</domain>                          | <domain>U<metadata>T</metadata></domain>
                    <domain>U<metadata/></domain>               | <domain>U<metadata>T</metadata></domain>
                    <domain>U<metadata  a='>' /></domain>       | <domain>U<metadata  a='>' >T</metadata></domain>
                    <domain><metadata></metadata>U</domain>     | <domain><metadata>T</metadata>U</domain>
                    <domain><metadata> <a/></metadata>U</domain> | <domain><metadata>T <a/></metadata>U</domain>
                    <domain><metadata>O</metadata>U</domain>    | <domain><metadata>T</metadata>U</domain>
                    <domain><metadata> <a>x</a>O O<b/></metadata>U</domain> | <domain><metadata> <a>x</a>T <b/></metadata>U</domain>
                    <domain><metadata/>U<metadata>O</metadata></domain> | <domain><metadata/>U<metadata>T</metadata></domain>
                    <domain><metadata xmlns='urn:x'/>U</domain> | <domain><metadata xmlns='urn:x'/>U<metadata>T</metadata></domain>
                    <domain><devices><metadata/></devices>U</domain> | <domain><devices><metadata/></devices>U<metadata>T</metadata></domain>
                    <?x <domain> ?><!-- <metadata/> ' --><domain a=">">U<![CDATA[<metadata>]]></domain><!-- > --> | <?x <domain> ?><!-- <metadata/> ' --><domain a=">">U<metadata>T</metadata><![CDATA[<metadata>]]></domain><!-- > -->
                    <domain><title a='"<' b=".">&amp;</title>U</domain > | refused
                    <domain><title a='">' b="'/">&amp;</title >U</domain > | <domain><title a='">' b="'/">&amp;</title >U<metadata>T</metadata></domain >
                    """)
    void the_token_goes_into_the_metadata_and_nothing_else_moves(String before, String after) {
        String old = "<h:handover xmlns:h='urn:lockstep:v1' id='" + NEWER + "'><x/></h:handover>";
        String xml = before.replace("U", UUID).replace("O", old);
        if (after.equals("refused")) {
            assertThatThrownBy(() -> insert(xml, ID)).isInstanceOf(IllegalArgumentException.class);
        } else {
            assertThat(insert(xml, ID)).isEqualTo(after.replace("U", UUID).replaceAll("\\bT\\b", TOKEN));
            assertThat(token(insert(xml, ID))).isEqualTo(ID);
        }
    }

    @Test
    void a_newer_token_replaces_the_older_one() {
        String xml = Recordings.documents().get("migrate");
        assertThat(insert(insert(xml, ID), NEWER)).isEqualTo(insert(xml, NEWER));
        assertThat(insert(insert(xml, ID), ID)).isEqualTo(insert(xml, ID));
    }

    @Test
    void another_systems_metadata_stays_as_it_is() {
        String metadata =
                "<metadata>\r\n\t<libosinfo:os xmlns:libosinfo=\"http://libosinfo.org/x\" id=\"é&#10;\"/>\r\n</metadata>";
        String with = insert("<domain>" + UUID + metadata + "</domain>", ID);
        assertThat(with.replace(TOKEN, "")).isEqualTo("<domain>" + UUID + metadata + "</domain>");
    }

    @Test
    void a_document_with_many_elements_is_edited_at_the_right_place() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            StringBuilder noise = new StringBuilder();
            List<String> pieces = List.of(
                    "<a/>",
                    "<b c='/>'>",
                    "</b>",
                    "<!--<c>-->",
                    "<?p >?>",
                    "<![CDATA[</x>]]>",
                    "text ",
                    "&gt;",
                    "<m n=\"'\"/>");
            int open = 0;
            for (int n = random.nextInt(30); n > 0; n--) {
                String piece = pieces.get(random.nextInt(pieces.size()));
                if (piece.equals("</b>") && open-- <= 0) {
                    open = 0;
                    continue;
                }
                open += piece.startsWith("<b") ? 1 : 0;
                noise.append(piece);
            }
            String xml = "<domain>" + noise + "</b>".repeat(open) + UUID + "<metadata><q/></metadata>" + "</domain>";
            assertThat(insert(xml, ID)).isEqualTo(xml.replace("<metadata>", "<metadata>" + TOKEN));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<domain/>", "<network/>", "<!DOCTYPE domain><domain/>", "<domain"})
    void what_cannot_be_read_gets_no_token(String xml) {
        assertThatThrownBy(() -> insert(xml, ID))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the domain XML cannot be read: ");
    }

    private static String insert(String xml, HandoverId id) {
        return HandoverToken.insert(xml.getBytes(UTF_8), id);
    }

    private static HandoverId token(String xml) {
        return DomainXml.parse(xml.getBytes(UTF_8)) instanceof DomainXml.Parsed parsed
                ? parsed.domain().token().orElseThrow()
                : null;
    }
}
