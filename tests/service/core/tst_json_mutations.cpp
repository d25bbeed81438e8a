// SPDX-License-Identifier: LGPL-3.0-or-later
// Thousands of texts that are nearly JSON: the reader never crashes, and judges as Qt's reader does.

#include "core/json/reader.h"
#include "core/json/writer.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <random>

using namespace dragonscales::core::json;

namespace {

constexpr int kRounds = 40'000;

const QByteArray kSeeds[] = {
    R"({"task":{"name":"thumbnail","params":{"size":[64,64],"q":0.5,"é":"\u00e9\n"}},"x":[true,false,null,-1.5e+3]})",
    R"([[[["deep"]]],{"a":{"b":{"c":{}}}},"",0,-0,1e5,"\ud83d\ude00","\\\"\/\b\f\n\r\t"])",
    "{\n  \"a\": 1,\r\n\t\"b\" : [ 1 , 2 ]\n}",
};

class Mutator
{
public:
    QByteArray next()
    {
        QByteArray text = kSeeds[below(std::size(kSeeds))];
        for (qsizetype times = 1 + below(4); times > 0; --times)
            change(&text);
        return text;
    }

private:
    qsizetype below(std::size_t limit) { return static_cast<qsizetype>(m_random() % limit); }

    char character()
    {
        constexpr std::string_view kLikely = "{}[]\",:\\/ubfnrtes0123456789+-.eE \t\r\n\x01\x7f";
        return below(8) == 0 ? static_cast<char>(below(256)) : kLikely[static_cast<std::size_t>(below(kLikely.size()))];
    }

    void change(QByteArray *text)
    {
        const qsizetype at = below(static_cast<std::size_t>(text->size()) + 1);
        const qsizetype length = below(6);
        switch (below(5)) {
        case 0:
            text->insert(at, character());
            break;
        case 1:
            text->remove(at, length);
            break;
        case 2:
            text->insert(at, text->mid(below(static_cast<std::size_t>(text->size()) + 1), length));
            break;
        case 3:
            text->truncate(at);
            break;
        default:
            text->replace(at, 1, QByteArray(1, character()));
        }
    }

    std::mt19937 m_random{20'240'229};
};

// What Qt takes and RFC 8259 or we do not, or the other way round.
bool qtDiffers(const QByteArray &text)
{
    static const QRegularExpression barePoint(QStringLiteral("(^|[^0-9])[.]|[.]([^0-9]|$)"));
    return text.startsWith("\xef\xbb\xbf")                          // Qt skips a byte order mark
           || text.contains('\0')                                   // Qt ends at it
           || barePoint.match(QString::fromLatin1(text)).hasMatch() // Qt takes .5 and 5.
           || text.contains("\\u"); // Qt takes half surrogate pairs differently between versions
}

// Qt takes raw control characters, and a backslash before anything.
bool qtForgives(const QByteArray &text, const ParseError &error)
{
    return error.message == "Invalid control character at" || error.message == "Invalid \\escape" ||
           (error.kind == ParseError::Kind::NotUtf8 && text.first(error.position.offset).endsWith('\\'));
}

bool qtAccepts(const QByteArray &text)
{
    // Qt 6.4 has no scalars at the top.
    QJsonParseError error;
    QJsonDocument::fromJson('[' + text + ']', &error);
    return error.error == QJsonParseError::NoError;
}

} // namespace

class TestJsonMutations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judgesAsQtDoes()
    {
        Mutator mutator;
        int accepted = 0;
        int compared = 0;
        for (int round = 0; round < kRounds; ++round) {
            const QByteArray text = mutator.next();
            const auto value = read('[' + text + ']');
            accepted += value ? 1 : 0;
            if (value)
                QCOMPARE(compact(*read(compact(*value))), compact(*value));
            if (qtDiffers(text) || (!value && qtForgives('[' + text + ']', value.error())))
                continue;
            ++compared;
            QVERIFY2(value.has_value() == qtAccepts(text), (value ? "only we take " : "only Qt takes ") + text);
        }
        // Both sides of the question were really asked.
        QVERIFY(accepted > kRounds / 50);
        QVERIFY(compared - accepted > kRounds / 50);
    }

    void faultsLieWithinTheText()
    {
        Mutator mutator;
        for (int round = 0; round < kRounds; ++round) {
            const QByteArray text = mutator.next();
            const auto value = read(text);
            if (value)
                continue;
            const ParseError &error = value.error();
            QVERIFY(error.position.offset >= 0 && error.position.offset <= text.size());
            QVERIFY(error.characters <= error.position.offset);
            QVERIFY(!error.message.isEmpty());
        }
    }
};

QTEST_APPLESS_MAIN(TestJsonMutations)
#include "tst_json_mutations.moc"
