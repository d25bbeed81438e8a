// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api/local_token.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales::api;

namespace {

uint modeOf(const QString &path)
{
    struct stat info
    {
    };
    return ::lstat(QFile::encodeName(path).constData(), &info) == 0 ? info.st_mode & 07777 : 0;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class LocalTokenTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void isLongAndNewEachTime();
    void writesWhatClientsNeedForThisUserOnly();
    void closesAFolderThatIsOpenToOthers();
    void refusesALinkInPlaceOfTheFolder();
    void refusesAFileInPlaceOfTheFolder();
    void replacesTheFileOfAServiceThatDied();
    void removesTheFileAtTheEnd();
    void leavesAFileThatBelongsToAnother();
    void takesTheRuntimeFolderFirst();
    void comparesSecrets_data();
    void comparesSecrets();

private:
    QString folder() const { return m_root->filePath(u"state/dragonscales"_s); }
    std::unique_ptr<QTemporaryDir> m_root;
};

void LocalTokenTest::init()
{
    m_root = std::make_unique<QTemporaryDir>();
    QVERIFY(m_root->isValid());
}

void LocalTokenTest::isLongAndNewEachTime()
{
    const LocalToken one;
    const LocalToken two;
    QCOMPARE(QByteArray::fromBase64(one.token(), QByteArray::Base64UrlEncoding).size(), 32);
    QVERIFY(one.token() != two.token());
}

void LocalTokenTest::writesWhatClientsNeedForThisUserOnly()
{
    LocalToken token;
    const auto written = token.write(folder(), 5003, u"http://127.0.0.1:5003"_s);
    QVERIFY2(written.has_value(), written ? "" : qPrintable(written.error().message));
    QCOMPARE(token.path(), folder() + u"/5003.json"_s);
    QCOMPARE(modeOf(folder()), 0700u);
    QCOMPARE(modeOf(token.path()), 0600u);
    QCOMPARE(QDir(folder()).entryList(QDir::Files | QDir::Hidden), QStringList{u"5003.json"_s});
    const QJsonObject content = QJsonDocument::fromJson(contentOf(token.path())).object();
    QCOMPARE(content.size(), 3);
    QCOMPARE(content.value("pid"_L1).toInteger(), QCoreApplication::applicationPid());
    QCOMPARE(content.value("url"_L1).toString(), u"http://127.0.0.1:5003"_s);
    QCOMPARE(content.value("token"_L1).toString().toLatin1(), token.token());
}

void LocalTokenTest::closesAFolderThatIsOpenToOthers()
{
    QVERIFY(QDir().mkpath(folder()));
    QCOMPARE(::chmod(QFile::encodeName(folder()).constData(), 0755), 0);
    LocalToken token;
    QVERIFY(token.write(folder(), 1, {}).has_value());
    QCOMPARE(modeOf(folder()), 0700u);
}

void LocalTokenTest::refusesALinkInPlaceOfTheFolder()
{
    QVERIFY(QDir().mkpath(m_root->filePath(u"state/elsewhere"_s)));
    QVERIFY(QFile::link(m_root->filePath(u"state/elsewhere"_s), folder()));
    LocalToken token;
    const auto written = token.write(folder(), 1, {});
    QVERIFY(!written.has_value());
    QVERIFY2(written.error().message.contains(folder()), qPrintable(written.error().message));
    QVERIFY(QDir(m_root->filePath(u"state/elsewhere"_s)).isEmpty());
}

void LocalTokenTest::refusesAFileInPlaceOfTheFolder()
{
    QVERIFY(QDir().mkpath(m_root->filePath(u"state"_s)));
    QFile file(folder());
    QVERIFY(file.open(QIODevice::WriteOnly));
    LocalToken token;
    QVERIFY(!token.write(folder(), 1, {}).has_value());
    QVERIFY(token.path().isEmpty());
}

void LocalTokenTest::replacesTheFileOfAServiceThatDied()
{
    QVERIFY(QDir().mkpath(folder()));
    QFile left(folder() + u"/7.json"_s);
    QVERIFY(left.open(QIODevice::WriteOnly));
    left.write(R"({"token":"old"})");
    left.close();
    QVERIFY(left.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
    LocalToken token;
    QVERIFY(token.write(folder(), 7, {}).has_value());
    QVERIFY(contentOf(token.path()).contains(token.token()));
    QCOMPARE(modeOf(token.path()), 0600u);
}

void LocalTokenTest::removesTheFileAtTheEnd()
{
    QString path;
    {
        LocalToken token;
        QVERIFY(token.write(folder(), 1, {}).has_value());
        path = token.path();
        QVERIFY(QFile::exists(path));
        token.remove();
        QVERIFY(!QFile::exists(path));
        token.remove();
        QVERIFY(token.write(folder(), 1, {}).has_value());
    }
    QVERIFY(!QFile::exists(path));
}

void LocalTokenTest::leavesAFileThatBelongsToAnother()
{
    LocalToken mine;
    QVERIFY(mine.write(folder(), 1, {}).has_value());
    LocalToken other;
    QVERIFY(other.write(folder(), 1, {}).has_value());
    mine.remove();
    QVERIFY(contentOf(other.path()).contains(other.token()));
}

void LocalTokenTest::takesTheRuntimeFolderFirst()
{
    const QByteArray before = qgetenv("XDG_RUNTIME_DIR");
    qputenv("XDG_RUNTIME_DIR", "/run/user/4711");
    QCOMPARE(LocalToken::defaultFolder(), u"/run/user/4711/dragonscales"_s);
    qunsetenv("XDG_RUNTIME_DIR");
    QCOMPARE(LocalToken::defaultFolder(), QDir::homePath() + u"/.local/state/dragonscales"_s);
    qputenv("XDG_RUNTIME_DIR", "relative");
    QCOMPARE(LocalToken::defaultFolder(), QDir::homePath() + u"/.local/state/dragonscales"_s);
    qputenv("XDG_RUNTIME_DIR", before);
}

void LocalTokenTest::comparesSecrets_data()
{
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<bool>("equal");
    QTest::newRow("equal") << QByteArray("abc") << QByteArray("abc") << true;
    QTest::newRow("first differs") << QByteArray("xbc") << QByteArray("abc") << false;
    QTest::newRow("last differs") << QByteArray("abx") << QByteArray("abc") << false;
    QTest::newRow("shorter") << QByteArray("ab") << QByteArray("abc") << false;
    QTest::newRow("longer") << QByteArray("abcd") << QByteArray("abc") << false;
    QTest::newRow("empty") << QByteArray() << QByteArray("abc") << false;
}

void LocalTokenTest::comparesSecrets()
{
    QFETCH(QByteArray, a);
    QFETCH(QByteArray, b);
    QFETCH(bool, equal);
    QCOMPARE(equalSecrets(a, b), equal);
}

QTEST_GUILESS_MAIN(LocalTokenTest)
#include "tst_local_token.moc"
